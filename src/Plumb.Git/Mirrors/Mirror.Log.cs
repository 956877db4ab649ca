using Microsoft.Extensions.Logging;
using Plumb.Git.Addresses;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Mirrors;

internal sealed partial class Mirror
{
    [LoggerMessage(1, LogLevel.Warning, "Fetch failed ({Fault}): {Message}")]
    private static partial void LogFetchFailed(ILogger logger, SourceFault fault, string message);

    [LoggerMessage(2, LogLevel.Information, "{Repository}: fetching works again")]
    private static partial void LogRecovered(ILogger logger, RepositoryUrl repository);

    [LoggerMessage(3, LogLevel.Warning, "{Repository}: the mirror is damaged: {Reason}")]
    private static partial void LogDamaged(ILogger logger, RepositoryUrl repository, string reason);

    [LoggerMessage(4, LogLevel.Warning, "{Repository}: the mirror is cloned again: {Reason}")]
    private static partial void LogCloneAgain(ILogger logger, RepositoryUrl repository, string reason);

    [LoggerMessage(5, LogLevel.Warning, "{Repository}: force-pushed: {Branches}")]
    private static partial void LogForced(ILogger logger, RepositoryUrl repository, string branches);

    [LoggerMessage(6, LogLevel.Information, "{Repository}: the mirror on disk cannot be used: {Reason}")]
    private static partial void LogUnusable(ILogger logger, RepositoryUrl repository, string reason);
}

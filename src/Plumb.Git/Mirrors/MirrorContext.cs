using Microsoft.Extensions.Logging;
using Plumb.Git.Transport;

namespace Plumb.Git.Mirrors;

/// <summary>What the mirrors of one source share.</summary>
internal sealed record MirrorContext(
    GitOptions Options, GitCredentials Credentials, GitProgram Git, GitMetrics Metrics, ILogger Logger, TimeProvider Time,
    Func<string> AskPass, SemaphoreSlim FetchSlots, Action Wake, CancellationToken Stopping);

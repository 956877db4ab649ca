using Plumb.Api;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.Targets;

namespace Plumb.Commands;

/// <summary>The user asked for something that cannot be: the message says what and what to do instead.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Exceptions in words.</summary>
internal static class Faults
{
    public static string Describe(Exception fault) => fault switch
    {
        UsageException or PlumbApiException or SourceException or TargetException or IOException or UnauthorizedAccessException => fault.Message,
        System.Net.Sockets.SocketException or FormatException or ArgumentException => fault.Message,
        OperationCanceledException => "the time was over",
        _ => $"internal error: {fault.GetType().Name}: {fault.Message} (--verbose shows where)",
    };
}

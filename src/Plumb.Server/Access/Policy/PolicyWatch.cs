using System.Security.Cryptography;

namespace Plumb.Server.Access.Policy;

/// <summary>
/// Rereads the policy's file when it changes. One that is wrong leaves the one before in force and is said in the log. The content is
/// looked at, not the file's time: mounted ConfigMaps change by swapping a link.
/// </summary>
internal sealed partial class PolicyWatch(Rights rights, AccessOptions options, ILogger<PolicyWatch> log, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private byte[] _seen = [];
    private string _trouble = "";

    /// <summary>Reads the file for the first time.</summary>
    /// <exception cref="PolicyException">It cannot be read or used.</exception>
    public void ReadFirst()
    {
        if (options.PolicyFile is not { } file) return;
        try
        {
            Take(file, File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PolicyException($"the policy {file} cannot be read: {e.Message.TrimEnd('.')}. Name a file that is there with --rbac, or leave it out", e);
        }
    }

    /// <summary>Looks once.</summary>
    internal async Task LookAsync(string file, CancellationToken ct)
    {
        try
        {
            var content = await File.ReadAllBytesAsync(file, ct);
            if (SHA256.HashData(content).AsSpan().SequenceEqual(_seen) && _trouble.Length == 0) return;
            Take(file, content);
            if (_trouble.Length > 0) LogMended(file);
            else LogReread(file);
            _trouble = "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PolicyException)
        {
            if (e.Message == _trouble) return;
            _trouble = e.Message;
            LogKept(e.Message);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.PolicyFile is not { } file) return;
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await LookAsync(file, stoppingToken);
    }

    private void Take(string file, byte[] content)
    {
        var document = PolicyFile.Read(file, content);
        foreach (var warning in document.Warnings) LogWarning(warning);
        rights.Use(document);
        _seen = SHA256.HashData(content);
    }

    [LoggerMessage(LogLevel.Warning, "policy: {Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(LogLevel.Information, "policy: {File} changed and is in force")]
    private partial void LogReread(string file);

    [LoggerMessage(LogLevel.Information, "policy: {File} can be read again and is in force")]
    private partial void LogMended(string file);

    [LoggerMessage(LogLevel.Error, "policy: {Problem}. The policy before it stays in force; mend the file")]
    private partial void LogKept(string problem);
}

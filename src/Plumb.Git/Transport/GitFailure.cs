using Plumb.Reconcile.Sources;

namespace Plumb.Git.Transport;

/// <summary>Says what a failed run of git means, from what it wrote (in the C locale).</summary>
internal static class GitFailure
{
    private sealed record Sign(SourceFault Fault, bool AlsoFromRemote, string Advice, params string[] Texts);

    // The first sign found counts: the more telling ones come first.
    private static readonly Sign[] Signs =
    [
        new(SourceFault.Storage, false, "Free space on the disk that holds the data folder.",
            "No space left on device", "Disk quota exceeded", "file size limit exceeded"),
        new(SourceFault.Storage, false, "Make the data folder writable for this user.",
            "Read-only file system", "unable to create temporary file", "unable to create file", "cannot create directory",
            "insufficient permission for adding an object", "cannot lock ref", "could not create leading directories"),
        new(SourceFault.Authentication, true, "Add the host's key to the known hosts file, after checking it.",
            "Host key verification failed", "No host key is known", "REMOTE HOST IDENTIFICATION HAS CHANGED"),
        new(SourceFault.Authentication, true, "Check the certificate authority of the server.",
            "certificate verification failed", "SSL certificate problem", "unable to get local issuer certificate"),
        new(SourceFault.Authentication, true, "Check the user name and the password, token or key for this address.",
            "Authentication failed", "Permission denied (", "could not read Username", "could not read Password", "error: 401", "error: 403",
            "Invalid username or password", "Access denied", "invalid credentials", "Too many authentication failures",
            "Load key", "terminal prompts disabled"),
        new(SourceFault.Other, true, "The repository belongs to another user: allow it with git's safe.directory.", "dubious ownership"),
        new(SourceFault.Moved, true, "Look at it again.", "[rejected]", "(fetch first)", "(non-fast-forward)", "stale info", "failed to update ref", "(incorrect old value"),
        new(SourceFault.WriteRefused, true, "If the branch is protected, make the change by a change request.",
            "[remote rejected]", "protected branch", "hook declined", "not allowed to push", "refusing to update checked out branch"),
        new(SourceFault.RevisionNotFound, true, "", "couldn't find remote ref", "not our ref", "no such remote ref"),
        new(SourceFault.RepositoryNotFound, true, "Check the address, and that these credentials may see the repository.",
            "Repository not found", "repository not found", "does not appear to be a git repository", "' not found", "error: 404",
            "could not be found or you don't have permission", "project you were looking for could not be found", "No such device or address"),
        new(SourceFault.Unreachable, true, "Check the address, the network and the proxy.",
            "Could not resolve host", "Failed to connect", "Couldn't connect", "Connection refused", "Connection timed out",
            "Operation timed out", "No route to host", "Network is unreachable", "Connection reset", "Connection closed by",
            "Empty reply from server", "The requested URL returned error: 5", "error: 429", "early EOF", "RPC failed",
            "unexpected disconnect", "gnutls_handshake", "SSL_connect", "Could not resolve proxy", "unable to access",
            "kex_exchange_identification", "expected flush after ref listing", "invalid server response", "bad line length"),
        new(SourceFault.Corrupt, false, "It will be cloned again.",
            "not a git repository", "bad object", "is corrupt", "corrupt loose object", "object file", "inflate:", "unable to unpack",
            "does not match index", "unable to read", "missing object", "missing necessary objects", "did not send all necessary objects",
            "index-pack failed", "unresolved deltas", "could not open pack", "far too short to be a packfile", "hash mismatch",
            "bad config", "broken ref", "unable to resolve reference", "cannot be accessed", "bad index file", "Could not read",
            "invalid object", "unable to parse object", "cannot read existing object", "revision walk setup failed", "missing blob",
            "missing tree", "bad tree", "garbage at end", "bad signature"),
        new(SourceFault.Unreachable, true, "Check the address, the network and the proxy.",
            "Could not read from remote repository", "the remote end hung up unexpectedly"),
    ];

    /// <summary>The exception for a run that ended with another exit code than zero.</summary>
    public static SourceException Of(GitCommand command, GitResult result)
    {
        var lines = result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var sign in Signs)
        {
            // What the other side says about its own disk or objects is not about ours.
            var line = lines.FirstOrDefault(l =>
                (sign.AlsoFromRemote || !l.StartsWith("remote:", StringComparison.Ordinal)) &&
                sign.Texts.Any(t => l.Contains(t, StringComparison.Ordinal)));
            if (line is not null) return Make(command, sign.Fault, line, sign.Advice);
        }
        var last = lines.LastOrDefault(l => l.StartsWith("fatal:", StringComparison.Ordinal) || l.StartsWith("error:", StringComparison.Ordinal))
            ?? lines.LastOrDefault() ?? $"git ended with exit code {result.ExitCode} and wrote nothing";
        return Make(command, SourceFault.Other, last, "");
    }

    private static SourceException Make(GitCommand command, SourceFault fault, string line, string advice)
    {
        var reason = line.StartsWith("fatal: ", StringComparison.Ordinal) || line.StartsWith("error: ", StringComparison.Ordinal)
            ? line[7..]
            : line;
        var text = $"{command.Purpose}: {Describe(fault)}: {reason.TrimEnd('.')}.";
        return new SourceException(fault, Redaction.Remove(advice.Length == 0 ? text : text + " " + advice, command.Secrets));
    }

    private static string Describe(SourceFault fault) => fault switch
    {
        SourceFault.Unreachable => "the server cannot be reached",
        SourceFault.Authentication => "access was refused",
        SourceFault.RepositoryNotFound => "there is no such repository",
        SourceFault.RevisionNotFound => "there is no such revision",
        SourceFault.Storage => "the data folder cannot be written",
        SourceFault.Corrupt => "the mirror is damaged",
        SourceFault.Moved => "the branch moved meanwhile",
        SourceFault.WriteRefused => "the server does not take the commit",
        _ => "git failed",
    };
}

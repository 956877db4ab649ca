namespace Plumb.Charts.Credentials;

/// <summary>How to speak to one repository of charts or registry.</summary>
public sealed record ChartCredential
{
    /// <summary>User name; null for none.</summary>
    public string? Username { get; init; }

    /// <summary>Password or token.</summary>
    public string? Password { get; init; }

    /// <summary>Send them to every host that the repository's index names, not only to the repository's own.</summary>
    public bool PassToAllHosts { get; init; }

    /// <summary>File of certificate authorities, PEM; null for the system's.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>File of the client certificate, PEM.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>File of its key, PEM.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Take any certificate.</summary>
    public bool SkipVerification { get; init; }

    /// <summary>Why there is none, where one was expected; said when the server asks for it. Null when nothing went wrong.</summary>
    public string? Fault { get; init; }

    /// <summary>Nobody in particular.</summary>
    public static ChartCredential Anonymous { get; } = new();

    /// <summary>Without secrets, so that a stray log of this record shows none.</summary>
    public override string ToString() => Username is null ? "no credentials" : "credentials of a user";
}

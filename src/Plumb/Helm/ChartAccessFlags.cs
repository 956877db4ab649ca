using System.CommandLine;

namespace Plumb.Commands.Helm;

/// <summary>Helm's flags of where charts are and how to be let in.</summary>
internal sealed class ChartAccessFlags
{
    private readonly Option<string?> _repo = new("--repo") { Description = "Address of the repository that has the chart", HelpName = "URL" };
    private readonly Option<string?> _version = new("--version") { Description = "Version of the chart, or a range. Default: the latest", HelpName = "VERSION" };
    private readonly Option<bool> _devel = new("--devel") { Description = "Take prereleases too, when no version is given" };
    private readonly Option<string?> _username = new("--username") { Description = "User of the repository or registry", HelpName = "NAME" };
    private readonly Option<string?> _password = new("--password") { Description = "The user's password", HelpName = "TEXT" };
    private readonly Option<bool> _pass = new("--pass-credentials") { Description = "Send them to all hosts that charts come from" };
    private readonly Option<string?> _ca = new("--ca-file") { Description = "Authorities to trust, PEM", HelpName = "FILE" };
    private readonly Option<string?> _cert = new("--cert-file") { Description = "Client certificate, PEM", HelpName = "FILE" };
    private readonly Option<string?> _key = new("--key-file") { Description = "Its key, PEM", HelpName = "FILE" };
    private readonly Option<bool> _insecure = new("--insecure-skip-tls-verify") { Description = "Trust any certificate" };
    private readonly Option<bool> _plain = new("--plain-http") { Description = "Speak to registries without TLS" };
    private readonly Option<string?> _repositories = new("--repository-config") { Hidden = true };
    private readonly Option<string?> _registries = new("--registry-config") { Hidden = true };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_repo, _version, _devel, _username, _password, _pass, _ca, _cert, _key, _insecure, _plain, _repositories, _registries])
            command.Add(option);
    }

    /// <summary>What they say.</summary>
    public ChartAccess Read(ParseResult parsed)
    {
        var version = (parsed.GetValue(_version) ?? "").Trim();
        return new ChartAccess
        {
            RepoUrl = NotEmpty(parsed.GetValue(_repo)),
            Version = version.Length == 0 && parsed.GetValue(_devel) ? ">0.0.0-0" : version,
            Username = NotEmpty(parsed.GetValue(_username)),
            Password = parsed.GetValue(_password),
            PassCredentials = parsed.GetValue(_pass),
            AuthorityFile = NotEmpty(parsed.GetValue(_ca)),
            CertificateFile = NotEmpty(parsed.GetValue(_cert)),
            KeyFile = NotEmpty(parsed.GetValue(_key)),
            SkipVerification = parsed.GetValue(_insecure),
            PlainHttp = parsed.GetValue(_plain),
            RepositoryConfig = NotEmpty(parsed.GetValue(_repositories)),
            RegistryConfig = NotEmpty(parsed.GetValue(_registries)),
        };
    }

    private static string? NotEmpty(string? text) => text is { Length: > 0 } ? text : null;
}

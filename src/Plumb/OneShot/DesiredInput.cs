using System.CommandLine;
using Plumb.Commands.Terminals;
using Plumb.Manifests.Applications;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Server.Composition;

namespace Plumb.Commands.OneShot;

/// <summary>Applications and projects named on the command line.</summary>
/// <param name="Applications">Applications; a Git address is one that renders that path.</param>
/// <param name="Projects">Projects.</param>
internal sealed record DesiredInput(IReadOnlyList<ApplicationSpec> Applications, IReadOnlyList<ProjectSpec> Projects)
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    public static Option<string[]> Option() => new("--filename", "-f")
    {
        Description = "Applications and projects: a file, a folder of files, - for standard input, or a path in a Git repository. Repeatable",
        HelpName = "FILE|DIR|GITURL[//path][@rev]",
        Required = true,
    };

    /// <summary>Reads all of them; faults of all are reported together.</summary>
    /// <exception cref="UsageException">Something cannot be read, or there is nothing in it.</exception>
    public static async Task<DesiredInput> ReadAsync(IReadOnlyList<string> names, Terminal terminal, CancellationToken ct)
    {
        var applications = new List<ApplicationSpec>();
        var projects = new List<ProjectSpec>();
        var faults = new List<string>();
        foreach (var name in names)
        {
            if (IsGitAddress(name))
            {
                applications.Add(RootAddress.Parse(name).ToApplication(RootName(applications)));
                continue;
            }

            foreach (var (file, content) in await LoadAsync(name, ct))
            {
                var diagnostics = new List<Diagnostic>();
                var found = ApplicationReader.Read(YamlReader.ReadAll(content, file, diagnostics));
                applications.AddRange(found.Applications);
                projects.AddRange(found.Projects);
                foreach (var other in found.Others)
                    terminal.Warn($"{other.Origin}: {other.Object.Kind}/{other.Object.Name} is neither an application nor a project and is left out");
                foreach (var diagnostic in diagnostics.Concat(found.Diagnostics))
                {
                    if (diagnostic.Severity == Severity.Error) faults.Add(diagnostic.ToString());
                    else terminal.Warn(diagnostic.ToString());
                }
            }
        }

        faults.AddRange(applications.GroupBy(a => a.Name).Where(g => g.Count() > 1).Select(g =>
            $"the application {g.Key} is given {g.Count()} times: {string.Join(", ", g.Select(a => a.Origin))}"));
        if (faults.Count > 0) throw new UsageException(string.Join("\n", faults));
        if (applications.Count == 0) throw new UsageException($"there is no application in {string.Join(", ", names)}");
        return new DesiredInput(applications, projects);
    }

    private static string RootName(List<ApplicationSpec> others) =>
        others.Exists(a => a.Name == "root") ? $"root-{others.Count + 1}" : "root";

    /// <summary>
    /// A URL, <c>user@host:path</c>, or a local repository with <c>//path</c> or <c>@revision</c> after it; files on disk go before.
    /// </summary>
    private static bool IsGitAddress(string name)
    {
        if (name == "-" || File.Exists(name) || (Directory.Exists(name) && name.LastIndexOf("//", StringComparison.Ordinal) <= 0))
            return false;
        if (name.Contains("://", StringComparison.Ordinal)) return true;
        var colon = name.IndexOf(':');
        var at = name.IndexOf('@');
        if (at > 0 && colon > at && !name[..at].Contains('/')) return true;
        var address = RootAddress.Parse(name);
        return Directory.Exists(address.RepoUrl) && (address.Path.Length > 0 || address.Revision != "HEAD")
            && IsRepository(address.RepoUrl);
    }

    private static bool IsRepository(string folder) =>
        Path.Exists(Path.Combine(folder, ".git")) || File.Exists(Path.Combine(folder, "HEAD"));

    private static async Task<IReadOnlyList<(string File, byte[] Content)>> LoadAsync(string name, CancellationToken ct)
    {
        if (name == "-")
        {
            await using var input = Console.OpenStandardInput();
            using var buffer = new MemoryStream();
            await input.CopyToAsync(buffer, ct);
            return [("stdin", buffer.ToArray())];
        }

        if (Directory.Exists(name))
        {
            var files = Directory.EnumerateFiles(name).Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.Ordinal)).Order(StringComparer.Ordinal).ToList();
            if (files.Count == 0) throw new UsageException($"the folder {name} holds no .yaml, .yml or .json file");
            return [.. await Task.WhenAll(files.Select(async f => (f, await File.ReadAllBytesAsync(f, ct))))];
        }

        if (!File.Exists(name)) throw new UsageException($"{name} does not exist: -f takes a file, a folder, - or GITURL[//path][@rev]");
        return [(name, await File.ReadAllBytesAsync(name, ct))];
    }
}

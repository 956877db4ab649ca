using System.Globalization;

namespace Plumb.Sandbox.Tests.Http;

/// <summary>A table of commands with what they must print (<c>kubectl/commands.txt</c>), with every kubectl that this machine has.</summary>
public sealed class KubectlTableTests
{
    private const string Namespace = "table";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "kubectl");

    private sealed record Row(string Command, int Code, string Since, List<string> Expected);

    public static TheoryData<string> Programs => [.. Kubectl.Programs()];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task EveryCommandOfTheTable_DoesAsStated(string program)
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        using var kubectl = new Kubectl(server, program) { Folder = Folder };
        var version = await VersionAsync(kubectl);
        await kubectl.RunAsync("create", "namespace", Namespace);
        await kubectl.RunAsync("config", "set-context", "--current", "--namespace=" + Namespace);
        var wrong = new List<string>();
        var ran = 0;
        foreach (var row in Rows().Where(r => r.Since.Length == 0 || Version.Parse(r.Since) <= version))
        {
            ran++;
            var (code, output, error) = await kubectl.TryAsync(Arguments(row.Command));
            var text = output + error;
            var missing = row.Expected.Where(e => !text.Contains(e, StringComparison.Ordinal)).ToList();
            if (code != row.Code || missing.Count > 0)
                wrong.Add($"kubectl {row.Command}: exit code {code}, not {row.Code}; missing: {string.Join(" | ", missing)}; said: {text}");
        }

        wrong.ShouldBeEmpty($"{wrong.Count} of {ran} commands of kubectl {version}:\n{string.Join("\n", wrong)}");
        ran.ShouldBeGreaterThan(150);
        await kubectl.RunAsync("delete", "namespace", Namespace, "--timeout=60s");
    }

    private static async Task<Version> VersionAsync(Kubectl kubectl)
    {
        var text = await kubectl.RunAsync("version", "--client", "-o", "json");
        var client = Plumb.Manifests.Documents.Json.Parse(text)["clientVersion"];
        return Version.Parse(client["gitVersion"].AsString()!.TrimStart('v').Split('-', '+')[0]);
    }

    private static IEnumerable<Row> Rows()
    {
        Row? row = null;
        foreach (var line in File.ReadLines(Path.Combine(Folder, "commands.txt")).Select(l => l.Replace("{namespace}", Namespace)))
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                row!.Expected.Add(line[2..]);
                continue;
            }

            if (row is not null) yield return row;
            row = line.StartsWith('$') ? Read(line) : null;
        }

        if (row is not null) yield return row;
    }

    private static Row Read(string line)
    {
        var space = line.IndexOf(' ');
        var code = space == 1 ? 0 : int.Parse(line[1..space], CultureInfo.InvariantCulture);
        var command = line[(space + 1)..];
        if (!command.StartsWith('[')) return new(command, code, "", []);
        var end = command.IndexOf("+] ", StringComparison.Ordinal);
        return new(command[(end + 3)..], code, command[1..end], []);
    }

    // Spaces within an argument are written as underscores.
    private static string[] Arguments(string command) => [.. command.Split(' ').Select(a => a.Replace('_', ' ').Replace("0/5", "*/5"))];
}

using System.CommandLine;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Rendering;
using Plumb.Manifests.Helm.Values;
using Plumb.Reconcile.Sources;

namespace Plumb.Commands.Helm;

/// <summary><c>plumb helm template</c>: the same flags, output, messages and exit codes as <c>helm template</c>.</summary>
internal static class TemplateCommand
{
    private const int Refused = 1; // what helm exits with

    /// <param name="output">Gets nothing but is flushed before the manifests, which go to standard output as bytes.</param>
    /// <param name="error">Gets what Helm says on standard error.</param>
    public static Command Create(TextWriter output, TextWriter error)
    {
        var words = new Argument<string[]>("name and chart") { Description = "Name of the release, which may be left out, and folder or archive of the chart", HelpName = "[NAME] CHART", Arity = ArgumentArity.OneOrMore };
        var ns = new Option<string>("--namespace", "-n") { Description = "Namespace of the release. Default: default" };
        var files = Many("--values", "File of values; may be given several times, later ones win", "-f");
        var set = Many("--set", "Values: key1=val1,key2=val2");
        var setString = Many("--set-string", "The same, all being text");
        var setFile = Many("--set-file", "Values from files: key1=path1,key2=path2");
        var setJson = Many("--set-json", "Values as JSON: key1=jsonval1, or a whole object");
        var setLiteral = Many("--set-literal", "One value, taken as it is");
        var showOnly = Many("--show-only", "Print what comes from this template only", "-s");
        var apiVersions = Many("--api-versions", "API versions for Capabilities.APIVersions", "-a");
        var kubeVersion = new Option<string>("--kube-version") { Description = "Version for Capabilities.KubeVersion" };
        var includeCrds = new Option<bool>("--include-crds") { Description = "Print the files below crds/ too" };
        var skipTests = new Option<bool>("--skip-tests") { Description = "Leave out tests" };
        var noHooks = new Option<bool>("--no-hooks") { Description = "Leave out hooks" };
        var isUpgrade = new Option<bool>("--is-upgrade") { Description = "Set .Release.IsUpgrade instead of .Release.IsInstall" };
        var skipSchema = new Option<bool>("--skip-schema-validation") { Description = "Leave values.schema.json aside" };
        var generate = new Option<bool>("--generate-name", "-g") { Description = "Make up the release's name" };
        var nameTemplate = new Option<string>("--name-template") { Description = "Template for the release's name" };
        var command = new DocumentedCommand("template", "Render a chart and print its manifests, as `helm template` does. No cluster is asked.")
        {
            Examples = """
                plumb helm template shop ./charts/shop -n shop -f values-prod.yaml
                plumb helm template shop shop-1.2.0.tgz --set image.tag=v2 --kube-version 1.33
                """,
            Outcomes = ("done", "the chart, its values or a flag was refused"),
        };
        command.Add(words);
        foreach (Option option in (Option[])[ns, files, set, setString, setFile, setJson, setLiteral, showOnly, apiVersions, kubeVersion, includeCrds, skipTests, noHooks, isUpgrade, skipSchema, generate, nameTemplate])
            command.Add(option);
        var refusal = IgnoredFlags.AddTo(command);
        command.SetAction((parsed, ct) =>
        {
            var log = new HelmLog();
            try
            {
                if (refusal(parsed) is { } reason) throw new HelmException(reason);
                var kube = parsed.GetValue(kubeVersion) is { Length: > 0 } version ? KubeVersion.Parse(version) : null;
                var (name, chartName) = NameAndChart(parsed.GetValue(words)!, parsed.GetValue(generate), parsed.GetValue(nameTemplate));
                Locate(chartName);
                var values = new ValueFlags
                {
                    Files = Split(parsed.GetValue(files)),
                    Set = parsed.GetValue(set) ?? [],
                    SetString = parsed.GetValue(setString) ?? [],
                    SetFile = parsed.GetValue(setFile) ?? [],
                    SetJson = parsed.GetValue(setJson) ?? [],
                    SetLiteral = parsed.GetValue(setLiteral) ?? [],
                }.Merge(ReadFile);
                var release = new HelmRenderer().Render(
                    new HelmRequest(
                        Load(chartName, log, ct), values,
                        new ReleaseOptions(name, parsed.GetValue(ns) is { Length: > 0 } given ? given : "default", parsed.GetValue(isUpgrade)),
                        new Capabilities(kube, Split(parsed.GetValue(apiVersions))))
                    {
                        SkipSchemaValidation = parsed.GetValue(skipSchema),
                    },
                    log, ct);
                Say(error, log);
                var text = TemplateOutput.Print(release, new TemplateOutputOptions(
                    parsed.GetValue(includeCrds), parsed.GetValue(noHooks), parsed.GetValue(skipTests), parsed.GetValue(showOnly)));
                output.Flush();
                using var bytes = Console.OpenStandardOutput();
                bytes.Write(GoText.GetBytes(text));
                return Task.FromResult(ExitCode.Ok);
            }
            catch (HelmException fault)
            {
                Say(error, log);
                error.WriteLine($"Error: {fault.Message}");
                if (fault.WhileRendering) error.WriteLine("\nUse --debug flag to render out invalid YAML");
                return Task.FromResult(Refused);
            }
        });
        return command;
    }

    private static Option<string[]> Many(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, AllowMultipleArgumentsPerToken = false };

    private static string[] Split(string[]? texts) => [.. (texts ?? []).SelectMany(t => t.Split(','))];

    private static void Say(TextWriter error, HelmLog log)
    {
        foreach (var line in log.Lines) error.WriteLine(line.ToString());
    }

    private static (string Name, string Chart) NameAndChart(string[] words, bool generate, string? nameTemplate)
    {
        if (words.Length > 2)
            throw new HelmException($"expected at most two arguments, unexpected arguments: {string.Join(", ", words[2..])}");
        if (words.Length == 1) return (nameTemplate is { Length: > 0 } ? ReleaseNames.Of(nameTemplate) : "release-name", words[0]);
        if (generate) throw new HelmException("cannot set --generate-name and also specify a name");
        if (nameTemplate is { Length: > 0 }) throw new HelmException("cannot set --name-template and also specify a name");
        return (words[0], words[1]);
    }

    private static void Locate(string chart)
    {
        if (Directory.Exists(chart) || File.Exists(chart)) return;
        if (chart.Contains("://", StringComparison.Ordinal))
            throw new HelmException($"{chart}: charts are read from folders and archives only; pull the chart first");
        throw new HelmException($"path \"{chart}\" not found");
    }

    private static Chart Load(string chart, HelmLog log, CancellationToken ct)
    {
        if (Directory.Exists(chart)) return ChartLoader.LoadFolder(new FolderTree(Path.GetFullPath(chart)), "", log, ct);
        var data = File.ReadAllBytes(chart);
        if (!data.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
        {
            var isYaml = chart.EndsWith(".yaml", StringComparison.Ordinal) || chart.EndsWith(".yml", StringComparison.Ordinal);
            throw new HelmException(isYaml
                ? $"file '{Path.GetFullPath(chart)}' seems to be a YAML file, but expected a gzipped archive"
                : $"file '{Path.GetFullPath(chart)}' does not appear to be a gzipped archive");
        }

        return ChartLoader.LoadArchive(data, log, ct);
    }

    private static string ReadFile(string name)
    {
        try
        {
            if (name.Trim() != "-") return GoText.FromBytes(File.ReadAllBytes(name));
            using var input = Console.OpenStandardInput();
            using var all = new MemoryStream();
            input.CopyTo(all);
            return GoText.FromBytes(all.ToArray());
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new HelmException($"open {name}: no such file or directory", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or SourceException)
        {
            throw new HelmException($"open {name}: {fault.Message}", fault);
        }
    }
}

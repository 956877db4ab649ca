using System.CommandLine;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Rendering;
using Plumb.Manifests.Helm.Values;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.Targets;

namespace Plumb.Commands.Helm;

/// <summary><c>plumb helm template</c>: the same flags, output, messages and exit codes as <c>helm template</c>.</summary>
internal static class TemplateCommand
{
    private const int Refused = 1; // what helm exits with

    /// <param name="output">Gets nothing but is flushed before the manifests, which go to standard output as bytes.</param>
    /// <param name="error">Gets what Helm says on standard error.</param>
    /// <param name="host">Asks clusters and repositories; null: nobody does.</param>
    public static Command Create(TextWriter output, TextWriter error, ITemplateHost? host)
    {
        var words = new Argument<string[]>("name and chart") { Description = "Name of the release, which may be left out, and the chart: a folder, an archive, an address (https://…, oci://…), or repository/chart", HelpName = "[NAME] CHART", Arity = ArgumentArity.OneOrMore };
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
        var dryRun = new Option<string?>("--dry-run") { Description = "client, the default, asks no cluster; server takes its capabilities, and answers lookup from it", HelpName = "client|server", Arity = ArgumentArity.ZeroOrOne };
        var validate = new Option<bool>("--validate") { Hidden = true };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "Kubeconfig file of the cluster that --dry-run=server asks", HelpName = "FILE" };
        var context = new Option<string?>("--kube-context") { Description = "Context in it", HelpName = "NAME" };
        var update = new Option<bool>("--dependency-update") { Description = "Fetch the dependencies that the chart lacks; they are not written to its folder" };
        var verify = new Option<bool>("--verify") { Description = "Check the signature in the archive's .prov file" };
        var keyring = new Option<string?>("--keyring") { Description = "Public keys to check it with. Default: pubring.gpg of GnuPG", HelpName = "FILE" };
        var accessFlags = new ChartAccessFlags();
        var command = new DocumentedCommand("template", "Render a chart and print its manifests, as `helm template` does. No cluster is asked unless --dry-run=server says so.")
        {
            Examples = """
                plumb helm template shop ./charts/shop -n shop -f values-prod.yaml
                plumb helm template shop shop-1.2.0.tgz --set image.tag=v2 --kube-version 1.33
                plumb helm template shop oci://registry.example.com/charts/shop --version ^1.2
                plumb helm template shop ./charts/shop --dry-run=server --kube-context staging
                """,
            Outcomes = ("done", "the chart, its values or a flag was refused"),
        };
        command.Add(words);
        foreach (Option option in (Option[])[ns, files, set, setString, setFile, setJson, setLiteral, showOnly, apiVersions, kubeVersion, includeCrds, skipTests, noHooks, isUpgrade, skipSchema, generate, nameTemplate, update, verify, keyring, dryRun, validate, kubeconfig, context])
            command.Add(option);
        accessFlags.AddTo(command);
        var refusal = IgnoredFlags.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var log = new HelmLog();
            try
            {
                if (refusal(parsed) is { } reason) throw new HelmException(reason);
                if (parsed.GetValue(validate)) error.WriteLine("Flag --validate has been deprecated, use '--dry-run=server' instead");
                var asksServer = DryRun.AsksServer(parsed.GetResult(dryRun) is not null, parsed.GetValue(dryRun), parsed.GetValue(validate), log);
                var kube = parsed.GetValue(kubeVersion) is { Length: > 0 } version ? KubeVersion.Parse(version) : null;
                var (name, chartName) = NameAndChart(parsed.GetValue(words)!, parsed.GetValue(generate), parsed.GetValue(nameTemplate));
                var charts = new ChartFinder(host, accessFlags.Read(parsed));
                var found = await charts.FindAsync(chartName, ct);
                if (parsed.GetValue(verify)) await charts.VerifyAsync(found, parsed.GetValue(keyring), ct);
                var values = new ValueFlags
                {
                    Files = Split(parsed.GetValue(files)),
                    Set = parsed.GetValue(set) ?? [],
                    SetString = parsed.GetValue(setString) ?? [],
                    SetFile = parsed.GetValue(setFile) ?? [],
                    SetJson = parsed.GetValue(setJson) ?? [],
                    SetLiteral = parsed.GetValue(setLiteral) ?? [],
                }.Merge(ReadFile);
                var request = new HelmRequest(
                    await charts.LoadAsync(found, parsed.GetValue(update), log, ct), values,
                    new ReleaseOptions(name, parsed.GetValue(ns) is { Length: > 0 } given ? given : "default", parsed.GetValue(isUpgrade)),
                    new Capabilities(kube, Split(parsed.GetValue(apiVersions))))
                {
                    SkipSchemaValidation = parsed.GetValue(skipSchema),
                };
                HelmRelease release;
                if (asksServer)
                {
                    if (host is null) throw new HelmException("--dry-run=server is not supported here: this program asks no cluster; use plumb helm template");
                    using var cluster = await OpenAsync(host, parsed.GetValue(kubeconfig), parsed.GetValue(context), ct);
                    release = await RenderAsync(request, cluster, log, ct);
                }
                else
                {
                    release = new HelmRenderer().Render(request, log, ct);
                }

                Say(error, log);
                var text = TemplateOutput.Print(release, new TemplateOutputOptions(
                    parsed.GetValue(includeCrds), parsed.GetValue(noHooks), parsed.GetValue(skipTests), parsed.GetValue(showOnly)));
                output.Flush();
                await using var bytes = Console.OpenStandardOutput();
                await bytes.WriteAsync(GoText.GetBytes(text), ct);
                return ExitCode.Ok;
            }
            catch (HelmException fault)
            {
                Say(error, log);
                error.WriteLine($"Error: {fault.Message}");
                if (fault.WhileRendering) error.WriteLine("\nUse --debug flag to render out invalid YAML");
                return Refused;
            }
        });
        return command;
    }

    private static async Task<IClusterView> OpenAsync(ITemplateHost host, string? kubeconfig, string? context, CancellationToken ct)
    {
        try
        {
            return await host.OpenClusterAsync(kubeconfig, context, ct);
        }
        catch (TargetException fault)
        {
            throw new HelmException($"cluster reachability check failed: {fault.Message}", fault);
        }
    }

    /// <summary>A renderer asks nobody: at each question it does not know the answer to it stops, and is begun again with it.</summary>
    private static async Task<HelmRelease> RenderAsync(HelmRequest request, IClusterView cluster, HelmLog log, CancellationToken ct)
    {
        const int MostLookups = 1000;
        var renderer = new HelmRenderer();
        var known = new Dictionary<LiveQuery, LiveAnswer>();
        var offered = cluster.Capabilities;
        request = request with { Capabilities = Capabilities.OfCluster(KubeVersion.Parse(offered.Version), offered.ApiVersions) };
        while (true)
        {
            var said = new HelmLog();
            try
            {
                var release = renderer.Render(request with { Live = new KnownObjects(known) }, said, ct);
                log.Add(said);
                return release;
            }
            catch (UnansweredException unanswered) when (known.Count < MostLookups)
            {
                try
                {
                    known[unanswered.Query] = await cluster.LookUpAsync(unanswered.Query, ct);
                }
                catch (TargetException fault)
                {
                    throw new HelmException(fault.Message, fault) { WhileRendering = true };
                }
            }
            catch (UnansweredException)
            {
                throw new HelmException($"the chart looks up more than {MostLookups} things in the cluster");
            }
        }
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

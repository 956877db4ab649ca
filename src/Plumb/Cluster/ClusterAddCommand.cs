using System.CommandLine;
using System.Text;
using Plumb.Api;
using Plumb.Commands.Terminals;
using Plumb.Kubernetes.Clusters;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;

namespace Plumb.Commands.Cluster;

/// <summary><c>plumb cluster add</c>.</summary>
internal static class ClusterAddCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var context = new Argument<string>("context") { Description = "Context of the kubeconfig", HelpName = "CONTEXT" };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "Kubeconfig file. Default: $KUBECONFIG, else ~/.kube/config", HelpName = "FILE" };
        var name = new Option<string?>("--name") { Description = "Its name in Plumb. Default: the context's", HelpName = "NAME" };
        var labels = new Option<string[]>("--label") { Description = "Label. Repeatable", HelpName = "KEY=VALUE", DefaultValueFactory = _ => [] };
        var project = new Option<string>("--project") { Description = "Project that it belongs to", HelpName = "PROJECT", DefaultValueFactory = _ => "" };
        var namespaces = new Option<string[]>("--namespace")
        {
            Description = "Namespace that Plumb may look at; without it, all. Repeatable",
            HelpName = "NAMESPACE",
            DefaultValueFactory = _ => [],
        };
        var clusterResources = new Option<bool>("--cluster-resources") { Description = "With --namespace: what has no namespace too" };
        var replace = new Option<bool>("--replace") { Description = "Put it in the place of the cluster of that name" };
        var noCheck = new Option<bool>("--no-check") { Description = "Do not ask the cluster whether it lets us in" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Let the server ask the cluster whether it lets it in, and add nothing" };
        var git = new Option<bool>("--git") { Description = "Print a Cluster manifest for the root path in Git instead; no server is asked" };
        var output = Output.Option();
        var command = new DocumentedCommand(
            "add", "Add a cluster from a context of a kubeconfig: its address and credentials are kept as a Secret beside Plumb, in Argo CD's form.")
        {
            Examples = """
                plumb cluster add prod --label env=prod
                plumb cluster add arn:aws:eks:eu-west-1:1:cluster/prod --name prod --kubeconfig eks.yaml
                # does the server get in? Nothing is added
                plumb cluster add prod --dry-run
                # only two namespaces, with a service account that has a Role in each
                plumb cluster add tenant --namespace shop --namespace billing
                # credentials stay where they are: the manifest names the kubeconfig's context
                plumb cluster add prod --git > clusters/prod.yaml
                """,
            Outcomes = ("added, or with --dry-run it would let us in", "it is there already, or does not let us in"),
        };
        foreach (var option in new Option[] { kubeconfig, name, labels, project, namespaces, clusterResources, replace, noCheck, dryRun, git, output }) command.Add(option);
        command.Add(context);
        command.SetAction(async (parsed, ct) =>
        {
            var file = parsed.GetValue(kubeconfig);
            var chosen = parsed.GetValue(context)!;
            var config = await Kubeconfig.ReadAsync(file is null ? Kubeconfig.DefaultFiles() : [file], ct);
            var access = config.Access(chosen);
            var body = new ClusterBody
            {
                Name = parsed.GetValue(name) ?? chosen,
                Server = access.Address,
                Config = "",
                Labels = ReadLabels(parsed.GetValue(labels)!),
                Project = parsed.GetValue(project)!,
                Namespaces = parsed.GetValue(namespaces)!,
                ClusterResources = parsed.GetValue(clusterResources),
                Replace = parsed.GetValue(replace),
                NoCheck = parsed.GetValue(noCheck),
            };
            if (body.ClusterResources && body.Namespaces.Count == 0) throw new UsageException("--cluster-resources has no effect without --namespace");
            if (parsed.GetValue(git))
            {
                terminal.Out.Write(YamlWriter.Write(Manifest(body, access, file is null ? "" : Path.GetFullPath(file), chosen)));
                return ExitCode.Ok;
            }

            if (parsed.GetValue(dryRun) && body.NoCheck) throw new UsageException("--dry-run asks the cluster, and --no-check does not: give one of them");
            var given = body with { Config = ClusterConfig.Write(access) };
            var form = parsed.GetValue(output)!;
            return await server.UseAsync(parsed, client => parsed.GetValue(dryRun) ? CheckAsync(terminal, client, given, form, ct) : AddAsync(terminal, client, given, form, ct));
        });
        return command;
    }

    private static async Task<int> AddAsync(Terminal terminal, PlumbClient client, ClusterBody body, string output, CancellationToken ct)
    {
        try
        {
            var added = await client.AddClusterAsync(body, ct);
            if (!Output.TryWrite(terminal, output, added, ApiJson.Default.ClusterRecord)) ClusterGetCommand.Write(terminal, added);
            return ExitCode.Ok;
        }
        catch (PlumbApiException e) when (e.Status is System.Net.HttpStatusCode.Conflict or System.Net.HttpStatusCode.BadGateway)
        {
            terminal.Fault(e.Message);
            return ExitCode.No;
        }
    }

    private static async Task<int> CheckAsync(Terminal terminal, PlumbClient client, ClusterBody body, string output, CancellationToken ct)
    {
        var found = await client.CheckClusterAsync(body, ct);
        if (!Output.TryWrite(terminal, output, found, ApiJson.Default.ClusterCheckRecord))
        {
            var facts = new Grid("", "");
            facts.Add("Server:", found.Server);
            facts.Add("Credentials:", found.Credentials);
            if (found.Version.Length > 0) facts.Add("Version:", found.Version);
            facts.Write(terminal, headings: false);
        }

        if (found.Fault is null) return ExitCode.Ok;
        terminal.Fault(found.Fault);
        return ExitCode.No;
    }

    private static Dictionary<string, string> ReadLabels(IReadOnlyList<string> given)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in given)
        {
            var parts = text.Split('=', 2);
            if (parts.Length < 2) throw new UsageException($"--label {text}: write KEY=VALUE");
            labels[parts[0]] = parts[1];
        }

        return labels;
    }

    /// <summary>The credentials are named: a plugin as it is, anything else by the file and context that hold them.</summary>
    private static MapNode Manifest(ClusterBody body, ClusterAccess access, string file, string context)
    {
        var metadata = new MapNode { ["name"] = body.Name };
        if (body.Labels.Count > 0) metadata["labels"] = Map(body.Labels);
        var spec = new MapNode { ["server"] = body.Server };
        if (body.Project.Length > 0) spec["project"] = body.Project;
        if (body.Namespaces.Count > 0) spec["namespaces"] = new ListNode(body.Namespaces.Select(n => (Node)n));
        if (body.ClusterResources) spec["clusterResources"] = true;
        if (access.Exec is { ClusterInfo: null } exec && (access.Proxy?.UserInfo ?? "").Length == 0)
        {
            if (access.Authority is { } authority) spec["caData"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority));
            if (access.ServerName.Length > 0) spec["serverName"] = access.ServerName;
            if (access.Insecure) spec["insecure"] = true;
            if (access.Proxy is { } proxy) spec["proxyUrl"] = proxy.OriginalString;
            spec["credentials"] = new MapNode { ["exec"] = Exec(exec) };
        }
        else
        {
            var reference = new MapNode();
            if (file.Length > 0) reference["file"] = file;
            reference["context"] = context;
            spec["credentials"] = new MapNode { ["kubeconfig"] = reference };
        }

        return new MapNode { ["apiVersion"] = "plumb.dev/v1", ["kind"] = "Cluster", ["metadata"] = metadata, ["spec"] = spec };
    }

    private static MapNode Exec(ExecPlugin exec)
    {
        var map = new MapNode { ["apiVersion"] = exec.ApiVersion, ["command"] = exec.Command };
        if (exec.Arguments.Count > 0) map["args"] = new ListNode(exec.Arguments.Select(a => (Node)a));
        if (exec.Environment.Count > 0) map["env"] = Map(exec.Environment);
        if (exec.InstallHint.Length > 0) map["installHint"] = exec.InstallHint;
        return map;
    }

    private static MapNode Map(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var map = new MapNode();
        foreach (var (key, value) in pairs) map[key] = value;
        return map;
    }
}

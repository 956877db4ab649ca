using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary><c>plumb app resource</c>.</summary>
internal static class AppResourceCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var name = server.Name();
        var resource = new Argument<string>("resource") { Description = "One of its resources, or an object that one owns", HelpName = "[GROUP/]KIND/[NAMESPACE/]NAME" };
        ResourceText.Complete(resource, name, server);
        var live = new Option<bool>("--live") { Description = "Print the live object, with its status" };
        var manifest = new Option<bool>("--manifest") { Description = "Print what Git states" };
        var diff = new Option<bool>("--diff") { Description = "Print what a sync would change of it" };
        var output = Output.Option();
        var command = new DocumentedCommand("resource", "One resource: how it is, what is live, what Git states, how they differ. Values of Secrets are masked.")
        {
            Examples = """
                plumb app resource shop Deployment/web
                plumb app resource shop apps/Deployment/shop/web --live
                plumb app resource shop ConfigMap/settings --diff
                """,
            Outcomes = ("done; with --diff: no difference", "with --diff: a difference; with --live or --manifest: there is none"),
        }.With(name, resource, live, manifest, diff, output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            if (((bool[])[parsed.GetValue(live), parsed.GetValue(manifest), parsed.GetValue(diff)]).Count(f => f) > 1)
                throw new UsageException("--live, --manifest and --diff each print something else: give one of them");
            var application = parsed.GetValue(name)!;
            var tree = await client.GetTreeAsync(application, ct);
            var detail = await client.GetResourceAsync(application, ResourceText.Find(parsed.GetValue(resource)!, tree), ct);
            if (parsed.GetValue(live)) return Text(terminal, detail.Live, $"{detail.Resource} is not live");
            if (parsed.GetValue(manifest)) return Text(terminal, detail.Manifest, $"Git does not state {detail.Resource}");
            if (parsed.GetValue(diff)) return Diff(terminal, detail);
            if (!Output.TryWrite(terminal, parsed.GetValue(output)!, detail, ApiJson.Default.ResourceDetail)) Write(terminal, detail);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static int Text(Terminal terminal, string yaml, string otherwise)
    {
        if (yaml.Length == 0)
        {
            terminal.Note(otherwise);
            return ExitCode.No;
        }

        terminal.Out.WriteLine(yaml.TrimEnd('\n'));
        return ExitCode.Ok;
    }

    private static int Diff(Terminal terminal, ResourceDetail detail)
    {
        if (detail.Action == "None") return ExitCode.Ok;
        if (detail.LiveCompared != detail.DesiredCompared) DiffWriter.Write(terminal, detail.Resource.ToString(), detail.LiveCompared, detail.DesiredCompared);
        else if (detail.Fields.Count > 0) terminal.Out.WriteLine($"# differs at {string.Join(", ", detail.Fields)} (values are not shown)");
        else terminal.Out.WriteLine($"# {detail.Action.ToLowerInvariant()} {detail.Resource}: {detail.Message}");
        return ExitCode.No;
    }

    private static void Write(Terminal terminal, ResourceDetail detail)
    {
        var facts = new Grid("", "");
        facts.Add("Resource:", detail.Resource.ToString());
        if (detail.Owner is { } owner) facts.Add("Owned by:", owner.ToString());
        facts.Add("Stated by:", detail.Origin.Length > 0 ? detail.Origin : detail.Stated ? "Git" : "nobody in Git");
        if (detail.Sync.Length > 0) facts.Add("Sync:", Palette.Sync(detail.Sync));
        if (detail.Health.Length > 0) facts.Add("Health:", Palette.Health(detail.Health));
        if (detail.Health != "Healthy" && detail.HealthMessage.Length > 0) facts.Add("", detail.HealthMessage);
        if (detail.Action != "None") facts.Add("A sync would:", detail.Action.ToLowerInvariant() + " it");
        if (detail.Fields.Count > 0) facts.Add("Differs at:", string.Join(", ", detail.Fields));
        if (detail.Message.Length > 0) facts.Add("Message:", detail.Message);
        if (detail.Hook.Length > 0) facts.Add("Hook:", detail.Hook);
        if (detail.Stated) facts.Add("Wave:", Words.Wave(detail.Wave));
        facts.Add("Live:", detail.CreatedAt is { } at ? $"since {Words.Time(at)} ({Words.Age(at, terminal.Now)})" : detail.Live.Length > 0 ? "yes" : "no");
        if (detail.Containers.Count > 0) facts.Add("Containers:", string.Join(", ", detail.Containers));
        facts.Write(terminal, headings: false);
    }
}

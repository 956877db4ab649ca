using System.Text;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Sources;

namespace Plumb.Reconcile.Tests.Support;

internal sealed record LineResource : DesiredResource
{
    public required string Content { get; init; }
}

/// <summary>
/// Renders a file of lines <c>name=content key=value …</c>: wave, hook (a phase or several), policy, prune, delete. A line <c>!text</c> is an error,
/// <c>@name path [dependsOn,…]</c> an application, <c>%kind</c> a rule for health in Argo CD's settings.
/// </summary>
internal sealed class LineRenderer : IRenderer
{
    public RenderResult Render(RenderRequest request, CancellationToken ct)
    {
        List<DesiredResource> resources = [];
        List<ApplicationSpec> applications = [];
        List<HealthRuleSet> rules = [];
        List<Diagnostic> diagnostics = [];
        string text;
        try
        {
            text = Encoding.UTF8.GetString(request.Tree.Read(request.Source.Path).Span);
        }
        catch (SourceException e) when (e.Fault == SourceFault.PathNotFound)
        {
            return new RenderResult { Resources = [], Diagnostics = [Diagnostic.Error(new Origin(request.Source.Path), e.Message)] };
        }

        foreach (var (line, number) in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((l, i) => (l, i + 1)))
        {
            var origin = new Origin(request.Source.Path, number);
            if (line[0] == '!') diagnostics.Add(Diagnostic.Error(origin, line[1..]));
            else if (line[0] == '%') rules.Add(Settings(line, origin));
            else if (line[0] == '@') applications.Add(Application(line[1..].Split(' ')));
            else if (line[0] != '#') resources.Add(Resource(line.Split(' '), origin));
        }

        return new RenderResult { Resources = resources, Applications = applications, HealthRules = rules, Diagnostics = diagnostics };
    }

    public static ResourceId Id(string name) => new("", "Thing", "default", name);

    private static HealthRuleSet Settings(string line, Origin origin) =>
        new("argocd-cm", [new HealthRule { Group = "", Kind = line[1..], Lua = "return nil" }], origin, line) { IsArgoSettings = true };

    private static ApplicationSpec Application(string[] parts) =>
        Specs.Automated(parts[0], parts[1]) with
        {
            DependsOn = parts.Length > 2 ? parts[2].Split(',') : [],
            Digest = string.Join(' ', parts),
            Finalizers = ["resources-finalizer.argocd.argoproj.io"],
        };

    private static LineResource Resource(string[] parts, Origin origin)
    {
        var (name, content) = (parts[0].Split('=')[0], parts[0].Split('=')[1]);
        var options = parts[1..].Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
        var hook = options.GetValueOrDefault("hook");
        return new LineResource
        {
            Id = Id(name),
            Content = content,
            Digest = string.Join(' ', parts),
            Origin = origin,
            Wave = int.Parse(options.GetValueOrDefault("wave", "0")),
            IsHook = hook is not null,
            Phases = hook is null ? SyncPhases.Sync : Enum.Parse<SyncPhases>(hook),
            Options = new ResourceOptions
            {
                Prune = Enum.Parse<Permission>(options.GetValueOrDefault("prune", nameof(Permission.Allowed))),
                Delete = Enum.Parse<Permission>(options.GetValueOrDefault("delete", nameof(Permission.Allowed))),
            },
            DeletePolicies = options.TryGetValue("policy", out var policy) ? Enum.Parse<HookDeletePolicies>(policy) : HookDeletePolicies.None,
        };
    }
}

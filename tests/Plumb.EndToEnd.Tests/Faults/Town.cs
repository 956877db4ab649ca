using System.Globalization;
using System.Text;

namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>What one kill test's repository states, commit by commit: four applications that use what a sync can do.</summary>
internal sealed class Town
{
    public const string Shop = "shop";
    public const string Custom = "custom";
    public const string Config = "config";
    public const string Coming = "coming";

    private const int Settings = 8;

    private readonly Random _random;
    private readonly SortedDictionary<int, int> _settings = [];
    private int _clock;
    private int _shop;
    private int _replicas = 1;
    private int _gadget;
    private bool _coming;

    public Town(Random random)
    {
        _random = random;
        _shop = _gadget = _clock = 1;
        for (var i = 0; i < Settings / 2; i++) _settings[i] = 1;
    }

    /// <summary>Applications that Git states now.</summary>
    public IReadOnlyList<string> Applications => _coming ? [Shop, Custom, Config, Coming] : [Shop, Custom, Config];

    /// <summary>Number of the state of <see cref="Shop"/>: its hooks carry it.</summary>
    public int ShopState => _shop;

    /// <summary>ConfigMaps that Git states now, as namespace/name, and their value.</summary>
    public IReadOnlyDictionary<string, int> ConfigMaps
    {
        get
        {
            var all = _settings.ToDictionary(s => $"{Config}/setting-{s.Key}", s => s.Value);
            all[$"{Shop}/first"] = all[$"{Shop}/last"] = _shop;
            if (_coming) all[$"{Coming}/guest"] = 1;
            return all;
        }
    }

    public int Replicas => _replicas;

    public int Gadget => _gadget;

    /// <summary>Changes one to three things at random.</summary>
    public void Move()
    {
        _clock++;
        for (var i = _random.Next(1, 4); i > 0; i--) MoveOne();
    }

    /// <summary>All files of the state, null for those to be removed.</summary>
    public IEnumerable<(string Path, string? Text)> Files()
    {
        yield return ("root/applications.yaml", string.Concat(Applications.Select(Application)));
        yield return ("shop/all.yaml", ShopManifests());
        yield return ("custom/all.yaml", CustomManifests());
        for (var i = 0; i < Settings; i++)
            yield return ($"config/setting-{i}.yaml", _settings.TryGetValue(i, out var value) ? ConfigMap($"setting-{i}", value, 0) : null);
        yield return ("config/README.md", "keeps the folder\n");
        yield return ("coming/guest.yaml", ConfigMap("guest", 1, 0));
    }

    private void MoveOne()
    {
        switch (_random.Next(8))
        {
            case 0 or 1:
                _shop = _clock;
                break;
            case 2:
                _replicas = 1 + (_replicas % 3);
                break;
            case 3:
                _gadget = _clock;
                break;
            case 4:
                _coming = !_coming;
                break;
            default:
                var setting = _random.Next(Settings);
                if (!_settings.TryGetValue(setting, out var value)) _settings[setting] = _clock;
                else if (_settings.Count > 2 && _random.Next(3) == 0) _settings.Remove(setting);
                else if (value < _clock) _settings[setting] = _clock;
                break;
        }
    }

    private static string Application(string name) => $$"""
        ---
        apiVersion: plumb.dev/v1
        kind: Application
        metadata:
          name: {{name}}
          finalizers: [resources-finalizer.argocd.argoproj.io]
        spec:
          project: default
          source: {repoURL: https://git.example.com/town.git, path: {{name}}}
          destination: {name: in-cluster, namespace: {{name}}}
          syncPolicy:
            automated: {prune: true, selfHeal: true}
            syncOptions: [CreateNamespace=true]

        """;

    private string ShopManifests() => new StringBuilder()
        .Append(ConfigMap("first", _shop, -1))
        .Append(CultureInfo.InvariantCulture, $$$"""
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: {{{_replicas}}}
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers: [{name: app, image: "registry.example.com/app:1.0"}]

            """)
        .Append(ConfigMap("last", _shop, 2))
        .Append(Job("name: before", "PreSync", ""))
        .Append(Job("generateName: after-", "PostSync", ", argocd.argoproj.io/hook-delete-policy: HookSucceeded"))
        .ToString();

    private string Job(string name, string phase, string policy) => $$"""
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          {{name}}
          annotations: {argocd.argoproj.io/hook: {{phase}}, state: "{{_shop}}"{{policy}} }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{name: work, image: "registry.example.com/work:1.0", command: ["true"]}]

        """;

    private string CustomManifests() => $$$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gadgets.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {kind: Gadget, plural: gadgets, singular: gadget, listKind: GadgetList}
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {value: {type: integer} } } } } }
        ---
        apiVersion: example.com/v1
        kind: Gadget
        metadata: {name: one}
        spec: {value: {{{_gadget}}}}

        """;

    private static string ConfigMap(string name, int value, int wave) => $$"""
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: {{name}}
          annotations: {argocd.argoproj.io/sync-wave: "{{wave}}"}
        data: {value: "{{value}}"}

        """;
}

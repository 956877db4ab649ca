using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Plumb.Conformance.Tests.Scenarios;
using Plumb.Conformance.Tests.Servers;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Conformance.Tests.Running;

/// <summary>What one server answered to a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Request">As it was sent.</param>
/// <param name="Answer">As it came.</param>
/// <param name="Broken">Expectations that do not hold.</param>
/// <param name="Generated">Names that the server made up so far.</param>
internal sealed record Exchange(Step Step, WireRequest Request, Answer Answer, IReadOnlyList<string> Broken, IReadOnlyList<string> Generated)
{
    /// <summary>The prefix of a name that the request asks to be made up; empty for none.</summary>
    public string GeneratePrefix { get; init; } = "";
}

/// <summary>Plays one scenario against one server, in a namespace of its own, and cleans up after it.</summary>
internal sealed partial class Player(ApiServer server, Scenario scenario, string id) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, string> _variables = new()
    {
        ["id"] = id,
        ["policyversion"] = server.Minor >= 21 ? "v1" : "v1beta1",
        ["ns"] = "conf-" + id,
        ["core"] = $"/api/v1/namespaces/conf-{id}",
        ["apps"] = $"/apis/apps/v1/namespaces/conf-{id}",
        ["batch"] = $"/apis/batch/v1/namespaces/conf-{id}",
        ["net"] = $"/apis/networking.k8s.io/v1/namespaces/conf-{id}",
        ["rbac"] = $"/apis/rbac.authorization.k8s.io/v1/namespaces/conf-{id}",
        ["scaling"] = $"/apis/autoscaling/v1/namespaces/conf-{id}",
        ["crds"] = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        ["custom"] = $"/apis/{id}.example.com/v1/namespaces/conf-{id}",
    };

    private readonly Dictionary<string, OpenWatch> _watches = [];
    private readonly List<string> _generated = [];
    private readonly List<string> _made = []; // paths of cluster-scoped objects

    public async Task<IReadOnlyList<Exchange>> PlayAsync(CancellationToken ct)
    {
        await MakeNamespaceAsync(ct);
        var exchanges = new List<Exchange>();
        foreach (var step in scenario.Steps)
        {
            var request = Prepare(step);
            var answer = step.Kind switch
            {
                StepKind.Watch => await WatchAsync(step, request, ct),
                StepKind.Events => await EventsAsync(step, ct),
                StepKind.Wait => await WaitAsync(step, request, ct),
                _ => await server.SendAsync(request, ct),
            };
            Remember(step, request, answer);
            exchanges.Add(new(step, request, answer, Broken(step, answer), [.. _generated]) { GeneratePrefix = PrefixOf(step, request) });
        }

        return exchanges;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watch in _watches.Values) watch.Dispose();
        foreach (var path in _made.AsEnumerable().Reverse().Append("/api/v1/namespaces/conf-" + id))
        {
            await server.SendAsync(new("DELETE", path, [], null), CancellationToken.None);
        }
    }

    private async Task MakeNamespaceAsync(CancellationToken ct)
    {
        var body = Json.WriteText(new MapNode
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Namespace",
            ["metadata"] = new MapNode { ["name"] = "conf-" + id },
        });
        var made = await server.SendAsync(new("POST", "/api/v1/namespaces", [], body), ct);
        if (made.Code != 201) throw new InvalidOperationException($"{server.Name} made no namespace: {made}");
        var account = new WireRequest("GET", $"/api/v1/namespaces/conf-{id}/serviceaccounts/default", [], null);
        await UntilAsync(account, a => a.Code == 200 && (server.Minor >= 24 || a.Body["secrets"].AsList() is { Count: > 0 }), ct);
    }

    private WireRequest Prepare(Step step)
    {
        var body = step.Body is null ? null : Fill(step.Body);
        if (body is not null && !step.Raw)
        {
            var faults = new List<Diagnostic>();
            var documents = YamlReader.ReadAll(Encoding.UTF8.GetBytes(body), scenario.File, faults);
            if (faults.Count > 0) throw new FormatException($"{scenario.Name} {step}: {faults[0].Message}");
            body = Json.WriteText(documents[0].Value);
        }

        return new(step.Method, Fill(step.Path), [.. step.Headers.Select(h => (h.Name, Fill(h.Value)))], body);
    }

    private async Task<Answer> WatchAsync(Step step, WireRequest request, CancellationToken ct)
    {
        var response = await server.OpenAsync(request, ct);
        if ((int)response.StatusCode != 200)
        {
            using (response) return await Answer.ReadAsync(response, ct);
        }

        _watches[step.Line.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new OpenWatch(response);
        _watches["last"] = _watches.Values.Last();
        return new(200, new MapNode(), Node.Absent);
    }

    /// <summary>Reads as many events as the step expects; <c>EVENTS last</c> means the watch opened last.</summary>
    private async Task<Answer> EventsAsync(Step step, CancellationToken ct)
    {
        var watch = _watches.GetValueOrDefault(step.Path) ?? throw new FormatException($"{scenario.Name} {step}: no watch is open");
        var events = new ListNode();
        foreach (var expected in step.Expectations.Where(e => e.Judgement == Judgement.Event && e.AppliesTo(server.Minor)))
        {
            events.Add(await watch.NextAsync(Patience, ct));
        }

        return new(200, new MapNode(), events);
    }

    private Task<Answer> WaitAsync(Step step, WireRequest request, CancellationToken ct) =>
        UntilAsync(request, answer => Broken(step, answer).Count == 0, ct);

    private async Task<Answer> UntilAsync(WireRequest request, Func<Answer, bool> isReached, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = await server.SendAsync(request, ct);
            if (isReached(answer) || clock.Elapsed > Patience) return answer;
            await Task.Delay(Pause, ct);
        }
    }

    private void Remember(Step step, WireRequest request, Answer answer)
    {
        foreach (var (name, path) in step.Saved) _variables[name] = DocumentPath.Find(answer.Body, path).AsString() ?? "";
        if (request.Method is not ("POST" or "PATCH") || answer.Code != 201 || answer.Body["metadata"]["name"].AsString() is not { } made) return;
        if (answer.Body["metadata"]["generateName"].AsString() is not null) _generated.Add(made);
        var collection = request.Method == "POST" ? request.Path.Split('?')[0] : request.Path.Split('?')[0][..request.Path.LastIndexOf('/')];
        if (!collection.Contains("/namespaces/", StringComparison.Ordinal)) _made.Add($"{collection}/{made}");
    }

    private static string PrefixOf(Step step, WireRequest request) =>
        step.Raw || request.Body is null ? "" : Json.Parse(request.Body)["metadata"]["generateName"].AsString() ?? "";

    private List<string> Broken(Step step, Answer answer) =>
        [.. step.Expectations.Where(e => e.AppliesTo(server.Minor)).Select((e, i) => Judge(step, e, answer)).OfType<string>()];

    private string? Judge(Step step, Expectation e, Answer answer)
    {
        var value = Fill(e.Value);
        var path = Fill(e.Path);
        if (e.Judgement == Judgement.Code) return answer.Code.ToString(System.Globalization.CultureInfo.InvariantCulture) == value ? null : $"code {value}";
        if (e.Judgement == Judgement.Event) return JudgeEvent(step, e, answer, value);
        if (e.Judgement == Judgement.Cause)
        {
            return answer.Body["details"]["causes"].AsList()?.Any(c => c["field"] == path && c["reason"] == value) == true ? null : $"cause {path} {value}";
        }

        var found = path.StartsWith("headers.", StringComparison.Ordinal)
            ? answer.Headers[path["headers.".Length..]]
            : path == "body" ? answer.Body : DocumentPath.Find(answer.Body, path);
        return e.Judgement switch
        {
            Judgement.Absent => found.IsAbsent ? null : $"{path} absent, but it is {found}",
            Judgement.Present => found.IsAbsent ? $"{path} present" : null,
            Judgement.Contains => TextOf(found).Contains(value, StringComparison.Ordinal) ? null : $"{path} ~ {value}, but it is {found}",
            _ => found == ReadValue(value) ? null : $"{path} = {value}, but it is {found}",
        };
    }

    private string? JudgeEvent(Step step, Expectation e, Answer answer, string name)
    {
        var index = step.Expectations.Where(x => x.Judgement == Judgement.Event && x.AppliesTo(server.Minor)).ToList().IndexOf(e);
        var seen = answer.Body[index];
        return seen["type"] == e.Path && (name.Length == 0 || seen["object"]["metadata"]["name"] == name)
            ? null
            : $"event {index}: {e.Path} {name}, but it is {seen["type"]} {seen["object"]["metadata"]["name"]}";
    }

    private static string TextOf(Node node) => node.AsString() ?? Json.WriteText(node);

    private static Node ReadValue(string yaml) => YamlReader.ReadAll(Encoding.UTF8.GetBytes(yaml), "", new List<Diagnostic>())[0].Value;

    private string Fill(string text)
    {
        text = Variable().Replace(text, m => _variables.GetValueOrDefault(m.Groups[1].Value) ?? m.Value);
        return Filler().Replace(text, m => new string('a', int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex(@"\$([a-z]+)\b")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$(\d+)a\b")]
    private static partial Regex Filler();
}

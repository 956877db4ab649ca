using Plumb.Manifests.Cel;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// Flux's <c>healthCheckExprs</c>: a status that has not seen the latest generation is on its way; then <c>inProgress</c>, <c>failed</c> and
/// <c>current</c> are asked in this order, and when none is true it is on its way. The variables are the object's top-level fields. An
/// expression that fails, such as on a status that is not there yet, or gives no truth value, makes the health Unknown.
/// </summary>
internal sealed class CelHealth
{
    private readonly (string Name, HealthStatus Status, CelProgram Program)[] _expressions;
    private readonly string? _fault;
    private readonly CelLimits _limits;

    public CelHealth(HealthRule rule, TimeProvider time)
    {
        _limits = new CelLimits { Time = time };
        var found = new List<(string, HealthStatus, CelProgram)>();
        var fault = string.IsNullOrEmpty(rule.Current) ? "the expression current is missing" : null;
        Add("inProgress", HealthStatus.Progressing, rule.InProgress);
        Add("failed", HealthStatus.Degraded, rule.Failed);
        Add("current", HealthStatus.Healthy, rule.Current);
        _expressions = [.. found];
        _fault = fault is null ? null : "Health check: " + fault;

        void Add(string name, HealthStatus status, string? text)
        {
            if (string.IsNullOrEmpty(text)) return;
            var (program, error) = CelProgram.Parse(text);
            if (program is null) fault ??= $"the expression {name} cannot be read: {error}";
            else found.Add((name, status, program));
        }
    }

    public HealthState Assess(MapNode document, CancellationToken ct)
    {
        if (_fault is not null) return new(HealthStatus.Unknown, _fault);
        if (document["status"]["observedGeneration"].AsInt() is { } observed
            && document["metadata"]["generation"].AsInt() is { } generation && observed != generation)
        {
            return new(HealthStatus.Progressing, $"The controller has seen generation {observed} of {generation}");
        }

        var variables = document.ToDictionary(e => e.Key, e => CelValue.From(e.Value), StringComparer.Ordinal);
        foreach (var (name, status, program) in _expressions)
        {
            var value = program.Evaluate(variables, _limits, ct).Value;
            if (value.Error is { } error) return new(HealthStatus.Unknown, $"Health check: {name}: {error}");
            if (value.AsBool() is not { } holds) return new(HealthStatus.Unknown, $"Health check: {name} gives {value}, not true or false");
            if (holds) return new(status, status == HealthStatus.Healthy ? "" : $"{name}: {program.Source}");
        }

        return new(HealthStatus.Progressing, "current is not true yet");
    }
}

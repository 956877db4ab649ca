using System.Globalization;
using Plumb.Reconcile.Applications;

namespace Plumb.Reconcile.Loop;

/// <summary>
/// What a person has to allow before it is done, and whether somebody has: by <c>plumb app confirm</c>, or by Argo CD's annotation on the
/// application with a time that is not before it was asked for. One thing is asked at a time; what is allowed is that thing only.
/// </summary>
internal sealed class Confirmations(TimeProvider time)
{
    /// <summary>Argo CD's annotation: the RFC 3339 time at which deletions were approved.</summary>
    public const string Annotation = "argocd.argoproj.io/deletion-approved";

    private readonly Lock _gate = new();
    private string? _asked;        // guarded by _gate
    private string? _given;        // guarded by _gate
    private DateTimeOffset _since; // guarded by _gate

    /// <summary>Whether it is allowed. When it is not, it is asked for from now on.</summary>
    /// <param name="subject">What is to be allowed; a change of it is another subject.</param>
    /// <param name="spec">The application as it is stated now.</param>
    public bool IsGiven(string subject, ApplicationSpec spec)
    {
        lock (_gate)
        {
            if (_given == subject) return true;
            if (_asked != subject)
            {
                _asked = subject;
                _given = null;
                // The annotation knows whole seconds only.
                var now = time.GetUtcNow();
                _since = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
            }

            return ApprovedAt(spec) >= _since;
        }
    }

    /// <summary>Allows what is asked for; false when nothing is.</summary>
    public bool Give()
    {
        lock (_gate)
        {
            if (_asked is null) return false;
            _given = _asked;
            return true;
        }
    }

    /// <summary>What was asked for is done or no longer wanted.</summary>
    public void Clear()
    {
        lock (_gate) _asked = _given = null;
    }

    private static DateTimeOffset? ApprovedAt(ApplicationSpec spec) =>
        spec.Annotations.TryGetValue(Annotation, out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}

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
    private readonly Dictionary<string, DateTimeOffset> _askedAt = new(StringComparer.Ordinal); // guarded by _gate
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);                      // guarded by _gate
    private string? _asking;                                                                    // guarded by _gate

    /// <summary>Whether something waits to be allowed.</summary>
    public bool IsAsking
    {
        get
        {
            lock (_gate) return _asking is not null;
        }
    }

    /// <summary>Whether it is allowed. When it is not, it is asked for from now on.</summary>
    /// <param name="subject">What is to be allowed; a change of it is another subject.</param>
    /// <param name="spec">The application as it is stated now.</param>
    public bool IsGiven(string subject, ApplicationSpec spec)
    {
        lock (_gate)
        {
            _asking = null;
            if (_given.Contains(subject)) return true;
            if (!_askedAt.TryGetValue(subject, out var since))
            {
                // The annotation knows whole seconds only.
                var now = time.GetUtcNow();
                _askedAt[subject] = since = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
            }

            if (ApprovedAt(spec) >= since) return true;
            _asking = subject;
            return false;
        }
    }

    /// <summary>Allows what is asked for; false when nothing is.</summary>
    public bool Give()
    {
        lock (_gate) return _asking is { } subject && _given.Add(subject);
    }

    /// <summary>Nothing is asked for until it is asked again.</summary>
    public void Rest()
    {
        lock (_gate) _asking = null;
    }

    /// <summary>What was allowed is done.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _asking = null;
            _askedAt.Clear();
            _given.Clear();
        }
    }

    private static DateTimeOffset? ApprovedAt(ApplicationSpec spec) =>
        spec.Annotations.TryGetValue(Annotation, out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}

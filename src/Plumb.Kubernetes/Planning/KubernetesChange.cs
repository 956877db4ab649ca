using Plumb.Kubernetes.Compare;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Patches;
using Plumb.Manifests.Schemas;
using Plumb.Reconcile.Plans;

namespace Plumb.Kubernetes.Planning;

/// <summary>One line of a plan for a cluster. Holds the documents by reference; text is made when somebody reads it.</summary>
internal sealed record KubernetesChange : Change
{
    private readonly Lazy<SecretMask> _mask = new(() => new SecretMask());

    /// <summary>The live object; null when not live.</summary>
    public KubeObject? Live { get; init; }

    /// <summary>The object as it will be sent; null for deletes.</summary>
    public KubeObject? Wanted { get; init; }

    /// <summary>How ownership is taken over from client-side tools; null when it is not.</summary>
    public Adoption? Adoption { get; init; }

    /// <summary>What the server said the object would become; null when it was not asked.</summary>
    public KubeObject? Predicted { get; init; }

    /// <summary>Its kind at the manifest's version; null when the cluster does not know it yet.</summary>
    public ApiResource? Kind { get; init; }

    /// <summary>The kind's schema.</summary>
    public Schema Schema { get; init; } = Schema.Unknown;

    /// <inheritdoc/>
    public override string DescribeLive() => Display.ToYaml(Live, _mask.Value, SecretFields);

    /// <inheritdoc/>
    public override string DescribeDesired() => Display.ToYaml(After(), _mask.Value, SecretFields);

    private IReadOnlySet<string>? SecretFields => (Desired as ManifestResource)?.SecretFields;

    private KubeObject? After()
    {
        if (Predicted is not null) return Predicted;
        if (Wanted is null || Live is null) return Wanted;
        if (Action == ChangeAction.None) return Live;
        if (Action == ChangeAction.Replace) return Wanted;
        try
        {
            var writer = new FieldWriter(Comparison.FieldManager, "", DateTimeOffset.UnixEpoch);
            return ServerSideApply.Apply(Migration.Taken(Adoption, Live, Wanted, Schema) ?? Live, Wanted, Schema, writer, force: true).Object ?? Wanted;
        }
        catch (PatchException)
        {
            // The server will refuse it too, in its own words; a diff shows what Git states.
            return Wanted;
        }
    }
}

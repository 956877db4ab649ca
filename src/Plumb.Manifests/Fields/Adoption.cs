using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Fields;

/// <summary>
/// Takes over what client-side tools wrote: their updates become the applied configuration of a server-side applier, so that what left Git
/// is removed and no earlier writer goes on holding it. The rule for whole managers is that of client-go's <c>csaupgrade</c>.
/// </summary>
/// <param name="Applier">The field manager that takes over.</param>
/// <param name="Whole">Managers whose updates were a client's way of applying; all they own is taken.</param>
/// <param name="Tools">
/// Managers that wrote an object once; what Git states is taken from them, and what the object's last-applied annotation says was applied.
/// </param>
public sealed record Adoption(string Applier, IReadOnlySet<string> Whole, IReadOnlySet<string> Tools)
{
    /// <summary>Where <c>kubectl apply</c> keeps what it applied.</summary>
    public const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private static readonly FieldSet Annotation = FieldSet.Parse(new MapNode
    {
        ["f:metadata"] = new MapNode { ["f:annotations"] = new MapNode { ["f:" + LastApplied] = new MapNode() } },
    });

    /// <summary>
    /// The <c>managedFields</c> after the takeover; null when there is nothing to take. The last-applied annotation is owned by nobody then.
    /// </summary>
    /// <param name="live">The live object.</param>
    /// <param name="desired">What Git states.</param>
    /// <param name="schema">The kind's schema at the desired version.</param>
    public ListNode? TakeOver(KubeObject live, KubeObject desired, Schema schema)
    {
        var entries = live.Root["metadata"]["managedFields"];
        if (entries.AsList() is not { } list || !list.Any(Concerns)) return null;
        ManagedFields fields;
        try
        {
            fields = ManagedFields.Read(entries);
        }
        catch (FormatException)
        {
            return null; // written by something that is no API server
        }

        var ours = ManagerId.Of(Applier, true, "", "");
        var held = fields[ours];
        var stated = new Lazy<FieldSet>(() => FieldSet.Of(desired.Root, schema));
        var applied = new Lazy<FieldSet>(() => AppliedBefore(live, schema));
        var (taken, version, changed) = (held?.Set ?? FieldSet.Empty, held?.ApiVersion ?? desired.ApiVersion, false);
        foreach (var id in fields.Managers.Where(m => !m.Applies && m.Subresource.Length == 0))
        {
            // Two versions may name a field differently: such a claim is left as it is.
            if (fields[id] is not { } claim || claim.ApiVersion != version) continue;
            if (Whole.Contains(id.Manager))
            {
                taken = taken.Union(claim.Set.Except(Annotation));
                fields[id] = null;
                changed = true;
            }
            else if (Tools.Contains(id.Manager))
            {
                var moved = claim.Set.Intersect(applied.Value).Except(Annotation);
                var left = claim.Set.Except(moved).Except(stated.Value);
                if (left.Equals(claim.Set)) continue;
                taken = taken.Union(moved);
                fields[id] = claim with { Set = left };
                changed = true;
            }
        }

        if (!changed) return null;
        fields[ours] = new ManagedSet(taken, version, held?.Time ?? "");
        return fields.Write().AsList() ?? [];
    }

    /// <summary>Whether all that <c>kubectl apply</c> wrote is taken over, so that its annotation says nothing any more.</summary>
    public bool TakesLastApplied(KubeObject live) =>
        live.Annotation(LastApplied) is not null
        && live.Root["metadata"]["managedFields"].AsList() is { } list && list.Any(e => Concerns(e) && Whole.Contains(e["manager"].AsString() ?? ""));

    private bool Concerns(Node entry) =>
        entry["operation"].AsString() == "Update" && entry["subresource"].AsString() is null or ""
        && entry["manager"].AsString() is { } manager && (Whole.Contains(manager) || Tools.Contains(manager));

    private static FieldSet AppliedBefore(KubeObject live, Schema schema)
    {
        if (live.Annotation(LastApplied) is not { } text) return FieldSet.Empty;
        try
        {
            var applied = Json.Parse(text);
            return applied["apiVersion"].AsString() == live.ApiVersion ? FieldSet.Of(applied, schema) : FieldSet.Empty;
        }
        catch (JsonException)
        {
            return FieldSet.Empty;
        }
    }
}

using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Patches;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Admission;

/// <summary>
/// Lets webhooks change and judge a write. The write is first tried without storing; what would be stored is what webhooks see. Then it
/// is done with their patches, and tried anew when somebody else changed the object meanwhile.
/// </summary>
internal sealed class Webhooks(ObjectApi api, WebhookCall call)
{
    private const int MaxAttempts = 5;

    /// <summary>Whether any configuration is there at all: without, nothing here costs anything.</summary>
    public bool Any => Webhook.All(api, true).Any() || Webhook.All(api, false).Any();

    /// <summary>Writes with the consent of all webhooks. The body must be fit to be used several times.</summary>
    /// <exception cref="ApiException">Denied, or the write itself is refused.</exception>
    public async Task<WriteResult> WriteAsync(
        KindStore kind, ServedVersion version, string @namespace, string name, WriteRequest write, Func<WriteRequest, WriteResult> act,
        CancellationToken ct)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var old = name.Length > 0 ? kind.State.Find(@namespace, name) : null;
            var trial = write with { DryRun = true, Warnings = [], Seen = old?.Revision ?? 0 };
            try
            {
                var preview = act(trial);
                var about = Attributes(kind.Type, version, preview, old, write.Subresource);
                var patches = await MutateAsync(about, write, ct).ConfigureAwait(false);
                if (patches.Count > 0) about = Attributes(kind.Type, version, act(trial with { Patches = patches }), old, write.Subresource);
                await ValidateAsync(about, write, ct).ConfigureAwait(false);
                return act(write with { Patches = patches, Seen = trial.Seen });
            }
            catch (ChangedMeanwhileException)
            {
                // The object is not the one that the webhooks saw: they are asked again.
            }
        }

        throw ApiErrors.Stale(kind.Type, name);
    }

    /// <summary>Asks about a delete.</summary>
    /// <exception cref="ApiException">Denied.</exception>
    public async Task CheckDeleteAsync(
        KindStore kind, ServedVersion version, StoredObject item, WriteRequest write, CancellationToken ct)
    {
        var old = new KubeObject(item.RootAs(kind.Type.ApiVersion(version.Version)));
        var about = new AdmissionAttributes(kind.Type, version, "DELETE", "", item.Namespace, item.Name, null, old);
        await MutateAsync(about, write, ct).ConfigureAwait(false);
        await ValidateAsync(about, write, ct).ConfigureAwait(false);
    }

    private static AdmissionAttributes Attributes(
        ResourceType type, ServedVersion version, WriteResult preview, StoredObject? old, string subresource)
    {
        var apiVersion = type.ApiVersion(version.Version);
        var stored = preview.Object;
        return new(type, version, preview.Created ? "CREATE" : "UPDATE", subresource, stored.Namespace, stored.Name,
            new(stored.RootAs(apiVersion)), old is null ? null : new(old.RootAs(apiVersion)));
    }

    private async Task<IReadOnlyList<ListNode>> MutateAsync(AdmissionAttributes about, WriteRequest write, CancellationToken ct)
    {
        var patches = new List<ListNode>();
        foreach (var webhook in Webhook.All(api, mutating: true).ToList())
        {
            if (!IsAsked(webhook, about, write)) continue;
            if (await call.AskAsync(webhook, about, write.User, write.DryRun, ct).ConfigureAwait(false) is not { } answer) continue;
            foreach (var warning in answer.Warnings) write.Warnings.Add(warning);
            if (answer.Patch is not { } patch || about.Object is not { } obj) continue;
            about = about with { Object = new(Apply(webhook, obj, patch)) };
            patches.Add(patch);
        }

        return patches;
    }

    private async Task ValidateAsync(AdmissionAttributes about, WriteRequest write, CancellationToken ct)
    {
        foreach (var webhook in Webhook.All(api, mutating: false).ToList())
        {
            if (!IsAsked(webhook, about, write)) continue;
            if (await call.AskAsync(webhook, about, write.User, write.DryRun, ct).ConfigureAwait(false) is not { } answer) continue;
            foreach (var warning in answer.Warnings) write.Warnings.Add(warning);
        }
    }

    private bool IsAsked(Webhook webhook, AdmissionAttributes about, WriteRequest write) =>
        webhook.Matches(api, about) && MatchConditions.Hold(webhook, about, () => WebhookCall.Request(about, write.User, write.DryRun));

    private static MapNode Apply(Webhook webhook, KubeObject obj, ListNode patch)
    {
        try
        {
            return JsonPatch.Apply(obj.Root, patch).AsMap()!;
        }
        catch (PatchException e)
        {
            throw new ApiException(500, "InternalError",
                $"Internal error occurred: the patch of admission webhook \"{webhook.Name}\" does not apply: {e.Message}");
        }
    }
}

/// <summary>Somebody else changed an object between the webhooks' consent and the write.</summary>
internal sealed class ChangedMeanwhileException() : Exception("the object has been changed since the webhooks saw it");

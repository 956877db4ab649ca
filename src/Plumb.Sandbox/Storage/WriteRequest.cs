using Plumb.Manifests.Documents;
using Plumb.Sandbox.Access;

namespace Plumb.Sandbox.Storage;

/// <summary>What happens to fields that the schema does not know (<c>fieldValidation</c>); they are always dropped.</summary>
internal enum FieldValidation
{
    Warn,
    Ignore,
    Strict,
}

/// <summary>Who writes and how.</summary>
internal sealed record WriteRequest(string Manager)
{
    /// <summary>Who writes; the sandbox itself when not stated.</summary>
    public UserInfo User { get; init; } = UserInfo.System;

    /// <summary>Subresource written; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Everything but the store happens.</summary>
    public bool DryRun { get; init; }

    public FieldValidation Validation { get; init; } = FieldValidation.Ignore;

    /// <summary>JSON patches of mutating webhooks, applied after the defaults, in this order.</summary>
    public IReadOnlyList<ListNode> Patches { get; init; } = [];

    /// <summary>Revision of the object that webhooks saw, 0 for none; null when nobody looked. Another one is refused.</summary>
    public long? Seen { get; init; }

    /// <summary>Receives warnings for the client.</summary>
    public ICollection<string> Warnings { get; init; } = [];
}

/// <summary>How to delete; what is null is not asked for.</summary>
internal sealed record DeleteRequest
{
    public DeletePropagation? Propagation { get; init; }

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    public bool DryRun { get; init; }
}

/// <summary>What a delete left: the last or the terminating state.</summary>
internal sealed record DeleteResult(StoredObject Object, bool IsGone);

/// <summary>What a write gave.</summary>
internal sealed record WriteResult(StoredObject Object, bool Created);

using System.Text;

namespace Plumb.Manifests.Fields;

/// <summary>A field that another manager owns with another value.</summary>
/// <param name="Manager">Name of the other manager.</param>
/// <param name="Field">Path, such as <c>.spec.replicas</c>.</param>
public sealed record FieldConflict(string Manager, string Field)
{
    /// <summary>API version that the other manager wrote with, when it owns the field by Update; empty when it applied.</summary>
    public string ApiVersion { get; init; } = "";

    /// <summary>
    /// When the other manager wrote, RFC 3339, to be shown in the message; empty for none. Servers since 1.20 do not show it.
    /// </summary>
    public string Time { get; init; } = "";

    /// <summary>Subresource of the other manager; empty for none.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>The manager as in the server's message: <c>"kubectl" with subresource "status" using apps/v1</c>.</summary>
    public string ManagerText
    {
        get
        {
            var text = new StringBuilder();
            GoJson.AppendQuoted(text, Manager);
            if (Subresource.Length > 0)
            {
                text.Append(" with subresource ");
                GoJson.AppendQuoted(text, Subresource);
            }

            if (ApiVersion.Length > 0) text.Append(" using ").Append(ApiVersion);
            if (Time.Length > 0) text.Append(" at ").Append(Time);
            return text.ToString();
        }
    }
}

/// <summary>A cause in the <c>Status</c> of a refused apply; its reason is <see cref="Reason"/>.</summary>
/// <param name="Message">Such as <c>conflict with "kubectl" using apps/v1</c>.</param>
/// <param name="Field">Such as <c>.spec.replicas</c>.</param>
public sealed record ConflictCause(string Message, string Field)
{
    /// <summary>The reason of every such cause.</summary>
    public const string Reason = "FieldManagerConflict";
}

/// <summary>Message and causes of the <c>Status</c> (code 409, reason Conflict) of a refused apply.</summary>
/// <param name="Message">Such as <c>Apply failed with 1 conflict: conflict with "kubectl" using apps/v1: .spec.replicas</c>.</param>
/// <param name="Causes">One per field.</param>
public sealed record ConflictDescription(string Message, IReadOnlyList<ConflictCause> Causes);

using System.Text;

namespace Plumb.Manifests.Helm.Schema;

/// <summary>One thing wrong with a value, and what led to it: printed as santhosh-tekuri/jsonschema v6 does.</summary>
internal sealed class SchemaFault(string location, string message, List<SchemaFault>? causes = null)
{
    /// <summary>More than one fault of one value; its causes are told in its stead.</summary>
    public bool IsGroup { get; init; }

    /// <summary>A reference: with one cause, only the cause is told.</summary>
    public bool IsReference { get; init; }

    public List<SchemaFault> Causes { get; } = causes ?? [];

    public void Print(StringBuilder to, int indent)
    {
        var isSkipped = IsReference && Causes.Count == 1;
        if (!isSkipped)
        {
            if (to.Length > 0) to.Append('\n');
            to.Append(' ', 2 * indent).Append("- at ").Append(SchemaText.Quote(location)).Append(": ").Append(message);
            indent++;
        }

        foreach (var cause in Causes) cause.Print(to, indent);
    }
}

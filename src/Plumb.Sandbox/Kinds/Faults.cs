using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Sandbox.Kinds;

/// <summary>Collects validation faults in the wording of Kubernetes' <c>field.Error</c>.</summary>
internal sealed class Faults
{
    private readonly List<SchemaFault> _items = [];

    public IReadOnlyList<SchemaFault> Items => _items;

    /// <summary>A fault found elsewhere.</summary>
    public void Add(SchemaFault fault) => _items.Add(fault);

    public void Required(string field, string detail = "") => Add("FieldValueRequired", field, "Required value", detail);

    public void Forbidden(string field, string detail) => Add("FieldValueForbidden", field, "Forbidden", detail);

    public void Duplicate(string field, Node value) => Add("FieldValueDuplicate", field, "Duplicate value: " + Print(value), "");

    public void NotFound(string field, Node value) => Add("FieldValueNotFound", field, "Not found: " + Print(value), "");

    public void Invalid(string field, Node value, string detail) =>
        Add("FieldValueInvalid", field, "Invalid value: " + Print(value), detail);

    /// <summary>An invalid value, with a value already printed the way Go prints it.</summary>
    public void InvalidPrinted(string field, string printed, string detail) =>
        Add("FieldValueInvalid", field, "Invalid value: " + printed, detail);

    public void TooLong(string field, int max) =>
        Add("FieldValueTooLong", field, "Too long", string.Create(CultureInfo.InvariantCulture, $"may not be more than {max} bytes"));

    public void NotSupported(string field, Node value, params ReadOnlySpan<string> supported)
    {
        var quoted = new List<string>(supported.Length);
        foreach (var one in supported) quoted.Add('"' + one + '"');
        Add("FieldValueNotSupported", field, "Unsupported value: " + Print(value), "supported values: " + string.Join(", ", quoted));
    }

    /// <summary>One fault for each problem a format check found.</summary>
    public void Invalid(string field, string value, IEnumerable<string> problems)
    {
        foreach (var problem in problems) Invalid(field, value, problem);
    }

    private void Add(string reason, string field, string what, string detail) =>
        _items.Add(new SchemaFault(reason, field, detail.Length == 0 ? what : what + ": " + detail));

    private static string Print(Node value) => value.IsNullOrAbsent ? "null" : Json.WriteText(value);
}

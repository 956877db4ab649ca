namespace Plumb.GoTemplate.Values;

/// <summary>
/// A struct, or a pointer to one, that the host implements: what <c>.Chart</c>, <c>.Capabilities</c> or the result of <c>now</c> is.
/// Methods
/// belong to its <see cref="Type"/>.
/// </summary>
public abstract class GoObject
{
    /// <summary>The object's type: of kind <see cref="GoKind.Struct"/>, or <see cref="GoKind.Ptr"/> to a struct.</summary>
    public abstract GoType Type { get; }

    /// <summary>The exported fields' names in the order of the struct, for printing.</summary>
    public virtual IReadOnlyList<string> FieldNames => [];

    /// <summary>What printing shows of the struct, in its order; unlike the fields these may be ones that are not exported.</summary>
    public virtual IEnumerable<(string Name, GoValue Value)> Shown
    {
        get
        {
            foreach (var name in FieldNames)
            {
                TryGetField(name, out var value);
                yield return (name, value);
            }
        }
    }

    /// <summary>Reads a field. False when the struct has no such field.</summary>
    public virtual bool TryGetField(string name, out GoValue value)
    {
        value = default;
        return false;
    }

    /// <summary>The text of the type's <c>String()</c> or <c>Error()</c> method, or null when it has neither.</summary>
    public virtual string? Text => null;

    /// <summary>Whether two objects are equal for <c>deepEqual</c> and <c>has</c>.</summary>
    public virtual bool IsEqualTo(GoObject other) => ReferenceEquals(this, other);
}

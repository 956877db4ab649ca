namespace Plumb.Kubernetes.Cache;

/// <summary>
/// <c>metadata.uid</c> in 16 bytes where it is a UUID in the API server's spelling, which it is but for odd servers and tests: as a text
/// it would take 96 bytes, in each object and again in each of its children.
/// </summary>
internal readonly struct ObjectUid : IEquatable<ObjectUid>
{
    private readonly Guid _uuid;
    private readonly string? _other; // what is no UUID in that spelling

    /// <summary>From its text.</summary>
    public ObjectUid(string text)
    {
        if (Guid.TryParseExact(text, "D", out _uuid) && !text.AsSpan().ContainsAnyInRange('A', 'F')) return;
        (_uuid, _other) = (Guid.Empty, text);
    }

    /// <summary>No uid.</summary>
    public bool IsEmpty => _other is { Length: 0 } || (_other is null && _uuid == Guid.Empty);

    public bool Equals(ObjectUid other) => _uuid == other._uuid && string.Equals(_other, other._other, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is ObjectUid other && Equals(other);

    public override int GetHashCode() => _other is null ? _uuid.GetHashCode() : string.GetHashCode(_other, StringComparison.Ordinal);

    /// <summary>As the server writes it.</summary>
    public override string ToString() => _other ?? (_uuid == Guid.Empty ? "" : _uuid.ToString());
}

namespace Plumb.Git.Objects;

/// <summary>An object as git stores it.</summary>
/// <param name="Id">Object id, lower-case hex.</param>
/// <param name="Kind"><c>blob</c>, <c>tree</c>, <c>commit</c> or <c>tag</c>.</param>
/// <param name="Content">Its bytes, without header.</param>
internal sealed record GitObject(string Id, string Kind, byte[] Content);

/// <summary>The object exists but is larger than wanted.</summary>
internal sealed class ObjectTooLargeException(string id, long size) : Exception
{
    public string Id => id;

    public long Size => size;
}

/// <summary>A mirror gave something else than what git wrote there: garbled, missing, or the reader failed.</summary>
internal sealed class DamagedMirrorException(string message, Exception? inner = null) : Exception(message, inner);

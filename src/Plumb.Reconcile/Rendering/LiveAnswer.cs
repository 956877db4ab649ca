using System.Security.Cryptography;
using System.Text;

namespace Plumb.Reconcile.Rendering;

/// <summary>What the live system said to a <see cref="LiveQuery"/>. Its text is not for logs: it may be a Secret.</summary>
public sealed class LiveAnswer
{
    private LiveAnswer(ReadOnlyMemory<byte> content, string? fault)
    {
        (Content, Fault) = (content, fault);
        var digest = Convert.ToHexStringLower(SHA256.HashData(fault is null ? content.Span : Encoding.UTF8.GetBytes(fault)));
        Digest = fault is null ? digest : "fault " + digest;
    }

    /// <summary>There is no such object.</summary>
    public static LiveAnswer Nothing { get; } = new(default, null);

    /// <summary>The object, or a list with <c>items</c>, in the system's own notation: JSON of a cluster. Empty when there is nothing.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>Why there is no answer, in words; null when there is one.</summary>
    public string? Fault { get; }

    /// <summary>Two answers with the same digest say the same.</summary>
    public string Digest { get; }

    /// <summary>There is this.</summary>
    public static LiveAnswer Of(ReadOnlyMemory<byte> content) => content.IsEmpty ? Nothing : new LiveAnswer(content, null);

    /// <summary>It is not said, and why.</summary>
    public static LiveAnswer Refused(string why) => new(default, why);

    /// <summary>Nothing of the content, so that a stray log shows none.</summary>
    public override string ToString() => Fault ?? (Content.IsEmpty ? "nothing" : $"{Content.Length} bytes");
}

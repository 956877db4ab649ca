using System.Security.Cryptography;
using System.Text;

namespace Plumb.Kubernetes.Compare;

/// <summary>
/// Masks secret values for one diff: the same value gets the same mask, different values different masks, and nothing about the value
/// (its length either) shows. Use one for both sides of a diff and throw it away: masks of two diffs cannot be compared. Not for
/// concurrent use.
/// </summary>
public sealed class SecretMask
{
    private const string Stars = "++++++++";

    // The values themselves are not kept: their keyed hashes tell them apart as well.
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Dictionary<string, string> _masks = new(StringComparer.Ordinal);

    /// <summary>The mask of a value: plus signs, as many more as values were masked before it.</summary>
    public string Mask(string value)
    {
        var digest = Convert.ToHexString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(value)));
        if (_masks.TryGetValue(digest, out var mask)) return mask;
        mask = _masks.Count == 0 ? Stars : $"{Stars} ({_masks.Count + 1})";
        _masks.Add(digest, mask);
        return mask;
    }
}

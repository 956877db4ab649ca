using System.Runtime.InteropServices;

namespace Plumb.Kubernetes.Health.Lua;

/// <summary>
/// The memory of one interpreter. Beyond its limit it refuses, which the interpreter makes an error of the script. The limit holds only
/// while a protected call runs: outside of one the interpreter would end the process.
/// </summary>
internal sealed class LuaMemory
{
    private long _used;
    private long _limit = long.MaxValue;

    /// <summary>Whether it refused.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>From now on only so many bytes more.</summary>
    public void Limit(long more) => _limit = _used + more;

    public void Unlimit() => _limit = long.MaxValue;

    /// <summary>The interpreter's allocator: an old size only means something for an old block.</summary>
    public unsafe nint Allocate(nint data, nint block, nuint oldSize, nuint newSize)
    {
        var old = block == 0 ? 0 : (long)oldSize;
        if (newSize == 0)
        {
            NativeMemory.Free((void*)block);
            _used -= old;
            return 0;
        }

        var growth = (long)newSize - old;
        if (growth > 0 && (ulong)growth > (ulong)Math.Max(0, _limit - _used))
        {
            IsExhausted = true;
            return 0;
        }

        try
        {
            var made = NativeMemory.Realloc((void*)block, newSize);
            _used += growth;
            return (nint)made;
        }
        catch (OutOfMemoryException)
        {
            return 0;
        }
    }
}

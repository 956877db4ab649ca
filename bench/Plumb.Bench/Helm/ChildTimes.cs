using System.Runtime.InteropServices;

namespace Plumb.Bench.Helm;

/// <summary>CPU time of the programs that this process has run and waited for (<c>getrusage</c>).</summary>
internal static partial class ChildTimes
{
    private const int OfChildren = -1;

    /// <summary>User time so far.</summary>
    public static TimeSpan User
    {
        get
        {
            Span<long> usage = stackalloc long[18];
            if (GetUsage(OfChildren, ref usage[0]) != 0) throw new InvalidOperationException("getrusage failed");
            return TimeSpan.FromSeconds(usage[0]) + TimeSpan.FromMicroseconds(usage[1]);
        }
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, ref long usage);
}

namespace Plumb.Kubernetes.Health.Lua;

/// <summary>What one run of a health script may use.</summary>
internal sealed record LuaLimits
{
    public static LuaLimits Default { get; } = new();

    /// <summary>Instructions of the interpreter. Default: 20 million, some tenths of a second.</summary>
    public int Instructions { get; init; } = 20_000_000;

    /// <summary>Time. Default: 1 second, as in Argo CD.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes beyond what the object itself takes. Default: 32 MiB.</summary>
    public long Memory { get; init; } = 32L << 20;

    /// <summary>Longest script in characters. Default: 256 Ki.</summary>
    public int ScriptLength { get; init; } = 256 << 10;
}

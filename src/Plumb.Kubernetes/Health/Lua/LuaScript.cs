using System.Reflection;
using System.Text;
using KeraLua;
using Plumb.Manifests.Documents;
using Plumb.Reconcile.Health;
using Interpreter = KeraLua.Lua;

namespace Plumb.Kubernetes.Health.Lua;

/// <summary>
/// A health script as Argo CD's <c>resource.customizations.health</c> states it: it reads the global <c>obj</c> and returns a table with
/// <c>status</c> and <c>message</c>. Each run has an interpreter of its own. This is the only place that needs the native library.
/// </summary>
/// <param name="source">The script.</param>
/// <param name="useOpenLibs">Whether it may use string and math beside the base, table and os (time and date) it always has.</param>
/// <param name="limits">What a run may use.</param>
/// <param name="time">The clock for the time limit and for <c>os.time()</c>.</param>
internal sealed class LuaScript(string source, bool useOpenLibs, LuaLimits limits, TimeProvider time)
{
    private static readonly byte[] Prelude = ReadPrelude();

    private readonly byte[]? _prepared = source.Length > limits.ScriptLength ? null : Encoding.UTF8.GetBytes(LuaSource.Prepare(source));

    /// <summary>
    /// The verdict by Argo CD's rules: a script that fails, returns what is no table, or a status that is none, makes the health
    /// Unknown; null when it returns nothing or an empty table, which says nothing. Never throws for what a script does.
    /// </summary>
    public HealthState? Assess(MapNode document)
    {
        if (_prepared is null) return Unknown($"the script is longer than {limits.ScriptLength} characters");
        try
        {
            return Run(document);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            return Unknown(
                "the Lua interpreter (native library lua54) is not part of this build of plumb; use the build with libraries, or a rule in CEL");
        }
    }

    private static HealthState Unknown(string why) => new(HealthStatus.Unknown, "Health script: " + why);

    private HealthState? Run(MapNode document)
    {
        var memory = new LuaMemory();
        LuaAlloc allocate = memory.Allocate;
        var watch = new LuaWatch(limits, time);
        LuaFunction expired = watch.Expired;
        using var lua = new Interpreter(allocate, 0) { Encoding = Encoding.UTF8 };
        lua.OpenLibs();
        if (lua.LoadBuffer(Prelude, "=prelude", "t") != LuaStatus.OK) throw new InvalidOperationException($"The prelude is faulty: {lua.ToString(-1)}");
        lua.PushBoolean(useOpenLibs);
        lua.PushCFunction(expired);
        lua.PushInteger(limits.Instructions);
        lua.PushInteger(time.GetUtcNow().ToUnixTimeSeconds());
        if (lua.PCall(4, 1, 0) != LuaStatus.OK) throw new InvalidOperationException($"The prelude failed: {lua.ToString(-1)}");
        lua.PushBuffer(_prepared!);
        lua.GetGlobal("load");
        LuaDocument.Push(lua, document);

        watch.Begin(lua);
        memory.Limit(limits.Memory);
        var status = lua.PCall(3, 6, 0);
        memory.Unlimit();
        watch.End(lua);
        var verdict = status == LuaStatus.OK
            ? Judge(lua)
            : Unknown(memory.IsExhausted ? MemoryWords : lua.Type(-1) == LuaType.String ? lua.ToString(-1)! : "it failed");
        GC.KeepAlive(allocate); // the interpreter knows them as addresses only
        GC.KeepAlive(expired);
        return verdict;

        HealthState? Judge(Interpreter l) => Verdict(Text(l, -6), Text(l, -5), Text(l, -4), Text(l, -3), Text(l, -2), l.ToBoolean(-1), memory);
    }

    private string MemoryWords => $"the script needs more than {limits.Memory >> 20} MiB of memory";

    private static string? Text(Interpreter lua, int index) => lua.Type(index) == LuaType.String ? lua.ToString(index) : null;

    private HealthState? Verdict(
        string? outcome, string? status, string? message, string? statusType, string? messageType, bool isEmpty, LuaMemory memory)
    {
        switch (outcome)
        {
            case "fault" when memory.IsExhausted && status?.Contains("not enough memory", StringComparison.Ordinal) == true: return Unknown(MemoryWords);
            case "fault": return Unknown(status + Remedy(status));
            case "nil": return null;
            case "table": break;
            default: return Unknown($"it must return a table with status and message, not a {outcome}");
        }

        // A table whose parts are of other types says nothing there, and so here.
        if (isEmpty || statusType is not ("string" or "nil") || messageType is not ("string" or "nil")) return null;
        return status is not null && HealthWords.Read(status) is { } known
            ? new HealthState(known, message ?? "")
            : Unknown($"it returned the invalid health status \"{status}\"; valid are {string.Join(", ", Enum.GetNames<HealthStatus>())}");
    }

    private string Remedy(string? fault) =>
        !useOpenLibs && fault is not null && (fault.Contains("(global 'string')", StringComparison.Ordinal) || fault.Contains("(global 'math')", StringComparison.Ordinal))
            ? "; useOpenLibs gives the script the libraries string and math"
            : "";

    private static byte[] ReadPrelude()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Plumb.Kubernetes.Health.Lua.Prelude.lua")
            ?? throw new InvalidOperationException("The prelude is not embedded.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

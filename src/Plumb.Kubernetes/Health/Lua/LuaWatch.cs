using KeraLua;
using Interpreter = KeraLua.Lua;

namespace Plumb.Kubernetes.Health.Lua;

/// <summary>
/// Counts a script's instructions and looks at the clock. When a limit is passed it hands over to the hook that the prelude set, which
/// fails at every instruction from then on. Counting is not that hook's work, as a hook in Lua cannot be called where the script has used up
/// the depth of calls; failing is not this one's, as an error may not be thrown through managed code.
/// </summary>
internal sealed class LuaWatch
{
    private const int Step = 1000;

    private readonly LuaLimits _limits;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly LuaHookFunction _count;
    private LuaHookFunction? _fail;
    private long _spent;

    public LuaWatch(LuaLimits limits, TimeProvider time)
    {
        (_limits, _time, _start) = (limits, time, time.GetTimestamp());
        _count = Count;
    }

    private bool IsLate => _time.GetElapsedTime(_start) > _limits.Time;

    /// <summary>For the prelude: pushes whether the time is over.</summary>
    public int Expired(nint state)
    {
        Interpreter.FromIntPtr(state).PushBoolean(IsLate);
        return 1;
    }

    /// <summary>Counts from now on. The prelude has run.</summary>
    public void Begin(Interpreter lua)
    {
        _fail = lua.Hook;
        lua.SetHook(_count, LuaHookMask.Count, Step);
    }

    public void End(Interpreter lua)
    {
        lua.SetHook(null!, LuaHookMask.Disabled, 0);
        GC.KeepAlive(this);
    }

    private void Count(nint state, nint record)
    {
        _spent += Step;
        if (_spent > _limits.Instructions || IsLate) Interpreter.FromIntPtr(state).SetHook(_fail!, LuaHookMask.Count, 1);
    }
}

using Plumb.Manifests.Documents;
using Interpreter = KeraLua.Lua;

namespace Plumb.Kubernetes.Health.Lua;

/// <summary>Documents as tables: null is nil, lists count from 1, whole numbers are integers so that they print as such.</summary>
internal static class LuaDocument
{
    private const double LargestWhole = 9007199254740992;

    public static void Push(Interpreter lua, Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Bool: lua.PushBoolean(node.AsBool()!.Value); break;
            case NodeKind.Int: lua.PushInteger(node.AsInt()!.Value); break;
            case NodeKind.Float when node.AsDouble() is { } whole && whole == Math.Truncate(whole) && Math.Abs(whole) < LargestWhole:
                lua.PushInteger((long)whole);
                break;
            case NodeKind.Float or NodeKind.BigInt: lua.PushNumber(node.AsDouble()!.Value); break;
            case NodeKind.String: lua.PushString(node.AsString()!); break;
            case NodeKind.List: PushList(lua, node.AsList()!); break;
            case NodeKind.Map: PushMap(lua, node.AsMap()!); break;
            default: lua.PushNil(); break;
        }
    }

    private static void PushList(Interpreter lua, ListNode list)
    {
        lua.CheckStack(8);
        lua.CreateTable(list.Count, 0);
        var next = 1;
        foreach (var item in list)
        {
            // As there, a null in a list is left out and what follows moves up.
            if (item.IsNullOrAbsent) continue;
            Push(lua, item);
            lua.RawSetInteger(-2, next++);
        }
    }

    private static void PushMap(Interpreter lua, MapNode map)
    {
        lua.CheckStack(8);
        lua.CreateTable(0, map.Count);
        foreach (var (key, value) in map)
        {
            lua.PushString(key);
            Push(lua, value);
            lua.RawSet(-3);
        }
    }
}

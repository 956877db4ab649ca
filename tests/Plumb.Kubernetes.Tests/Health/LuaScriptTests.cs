using Plumb.Kubernetes.Health.Lua;
using Plumb.Kubernetes.Tests.Compare;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Tests.Health;

public sealed class LuaScriptTests
{
    private static readonly KubeObject Widget = KubeYaml.Object("""
        apiVersion: example.com/v1
        kind: Widget
        metadata: {name: w, generation: 3, labels: {zone: b, app: a, tier: c}}
        spec: {replicas: 4, ratio: 2.5, nothing: null, whole: 6.0}
        status:
          phase: Ready
          conditions: [{type: Ready, status: "True"}, {type: Synced, status: "False", reason: Late, message: "a: b"}]
        """);

    /// <summary>Each gives the message of a table with the status Healthy.</summary>
    [Theory]
    [InlineData("obj.status.phase", "Ready")]
    [InlineData("obj.spec.replicas .. ' of ' .. obj.spec.whole", "4 of 6")]
    [InlineData("'half: ' .. obj.spec.replicas / 2 .. '!'", "half: 2!")]
    [InlineData("obj.spec.replicas / 8 .. ''", "0.5")]
    [InlineData("'a' .. 1 .. 'b' .. 2 ^ 3", "a1b8")]
    [InlineData("tostring(10 / 5)", "2")]
    [InlineData("tostring(1e100)", "1e+100")]
    [InlineData("string.format('%d of %s', 4 / 2, 6 / 3)", "2 of 2")]
    [InlineData("string.format('%.1f%%', obj.spec.ratio)", "2.5%")]
    [InlineData("table.concat({1, 4 / 2, 'x'}, ',')", "1,2,x")]
    [InlineData("'n=' .. table.getn({1, 2, 3}) .. #obj.status.conditions", "n=32")]
    [InlineData("'' .. select(2, unpack({'a', 'b'}))", "b")]
    [InlineData("(string.gsub('a-b', '%-', '+'))", "a+b")]
    [InlineData("('%s'):format('m')", "m")]
    [InlineData("string.match('2024-01-02T03:04', '(%d+)%-(%d+)%-(%d+)T')", "2024")]
    [InlineData("(function() local s = '' for w in string.gfind('a b c', '%a') do s = s .. w end return s end)()", "abc")]
    [InlineData("(function() local s = '' for k in pairs(obj.metadata.labels) do s = s .. k .. ' ' end return s end)()", "app tier zone ")]
    [InlineData("(function() local s = '' for i, c in ipairs(obj.status.conditions) do s = s .. i .. c.type end return s end)()", "1Ready2Synced")]
    [InlineData("type(obj.spec.nothing)", "nil")]
    [InlineData("os.date('!%Y', 0)", "1970")]
    [InlineData("type(os.time())", "number")]
    [InlineData("type(require('os').date)", "function")]
    [InlineData("table.concat({type(io), type(debug), type(os.execute), type(dofile), type(string.dump), type(package.loadlib)}, ' ')", "nil nil nil nil nil nil")]
    [InlineData("(function() local f = loadstring('return type(io)') return f() end)()", "nil")]
    [InlineData("tostring(loadstring('\\27Lua'))", "nil")]
    [InlineData("'.. -- not \"a\" .. joint' -- a .. b\n", ".. -- not \"a\" .. joint")]
    [InlineData("[[..]] .. [==[ ]] .. ]==]", ".. ]] .. ")]
    [InlineData("(function(...) return select('#', ...) .. '' end)(1, 2)", "2")]
    public void Script_SeesWhatArgoCdShowsIt(string expression, string message) =>
        Run($"return {{status = 'Healthy', message = {expression}}}").ShouldBe(new HealthState(HealthStatus.Healthy, message));

    [Theory]
    [InlineData("return {status = 'Degraded', message = 'bad'}", "Degraded", "bad")]
    [InlineData("hs = {} hs.status = 'Progressing' return hs", "Progressing", "")]
    [InlineData("return {Status = 'Suspended', Message = 'case does not matter'}", "Suspended", "case does not matter")]
    [InlineData("return {status = 'Missing'}", "Missing", "")]
    [InlineData("return {status = 'Fine'}", "Unknown", "Health script: it returned the invalid health status \"Fine\"; valid are ")]
    [InlineData("return {status = '3'}", "Unknown", "Health script: it returned the invalid health status \"3\"")]
    [InlineData("return {message = 'only'}", "Unknown", "Health script: it returned the invalid health status \"\"")]
    [InlineData("return 'Healthy'", "Unknown", "Health script: it must return a table with status and message, not a string")]
    [InlineData("\n\nreturn obj.status.missing.phase", "Unknown", "Health script: health.lua:3: attempt to index a nil value (field 'missing')")]
    [InlineData("local a = 1\nreturn {status = 'Healthy', message = 'x' .. nil}", "Unknown",
        "Health script: health.lua:2: attempt to concatenate a nil value")]
    [InlineData("if then", "Unknown", "Health script: health.lua:1: unexpected symbol near 'then'")]
    [InlineData("error('mine')", "Unknown", "Health script: health.lua:1: mine")]
    [InlineData("error({message = 'in a table'})", "Unknown", "Health script: in a table")]
    [InlineData("error(setmetatable({}, {__tostring = function() while true do end end}))", "Unknown", "Health script: error of type table")]
    [InlineData("os.execute('true')", "Unknown", "Health script: health.lua:1: attempt to call a nil value (field 'execute')")]
    [InlineData("require('socket')", "Unknown", "Health script: health.lua:1: module 'socket' not found")]
    [InlineData("setmetatable({}, {__gc = function() while true do end end})", "Unknown", "Health script: health.lua:1: __gc is not supported")]
    public void Verdict_FollowsArgoCdsRules(string script, string status, string message)
    {
        var found = Run(script)!.Value;

        found.Status.ToString().ShouldBe(status);
        found.Message.ShouldStartWith(message);
    }

    [Theory]
    [InlineData("return nil")]
    [InlineData("local a = 1")]
    [InlineData("return {}")]
    [InlineData("return {status = 'Healthy', message = 5}")]
    public void Script_ThatReturnsNothing_SaysNothing(string script) => Run(script).ShouldBeNull();

    [Theory]
    [InlineData("while true do end")]
    [InlineData("while true do pcall(function() while true do end end) end")]
    [InlineData("local function f() pcall(f) return f() end f()")]
    [InlineData("local t = setmetatable({}, {}) getmetatable(t).__index = function(_, n) if n < 250 then return t[n + 1] end end "
        + "while true do pcall(function() return t[1] end) end")]
    [InlineData("local t = setmetatable({}, {}) getmetatable(t).__index = function(_, n) pcall(function() return t[n + 1] end) while true do end end "
        + "while true do pcall(function() return t[1] end) end")]
    [InlineData("local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) while true do pcall(function() return t[1] end) end")]
    [InlineData("repeat until false")]
    [InlineData("for i = 1, math.huge do end")]
    [InlineData("table.sort({3, 2, 1}, function() while true do end end)")]
    public void Script_ThatDoesNotEnd_IsStopped(string script)
    {
        var found = Run(script, limits: LuaLimits.Default with { Instructions = 500_000, Time = TimeSpan.FromMinutes(5) })!.Value;

        found.Status.ShouldBe(HealthStatus.Unknown);
        found.Message.ShouldMatch("ran longer than 500000 instructions|C stack overflow|more than 32 MiB of memory");
    }

    [Fact]
    public void Script_WhenItsTimeIsOver_IsStopped() =>
        Run("while true do end", limits: LuaLimits.Default with { Time = TimeSpan.Zero })!.Value.Message.ShouldContain("the script ran out of time");

    [Theory]
    [InlineData("local s = 'x' while true do s = s .. s end")]
    [InlineData("return string.rep('x', 1e9)")]
    [InlineData("local t = {} for i = 1, 1e9 do t[i] = {} end")]
    [InlineData("while true do pcall(string.rep, 'x', 1e9) end")]
    public void Script_ThatEatsMemory_IsStopped(string script) =>
        Run(script, limits: LuaLimits.Default with { Time = TimeSpan.FromMinutes(5), Instructions = 2_000_000 })!.Value.Message
            .ShouldMatch("the script needs more than 32 MiB of memory|ran longer than");

    [Fact]
    public void Script_WithAPatternThatExplodes_IsRefused() =>
        Run("local at = string.find(string.rep('a', 5000), '.-.-.-.-.-.-b')")!.Value.Message
            .ShouldBe("Health script: health.lua:1: the pattern repeats too often for a text of 5000 characters");

    [Fact]
    public void Script_WithoutOpenLibs_HasNoStringsAndIsToldSo()
    {
        Run("return {status = 'Healthy', message = table.concat({'a', 'b'}) .. type(os.time)}", open: false)!.Value.Message.ShouldBe("abfunction");
        Run("return string.upper('x')", open: false)!.Value.Message.ShouldEndWith("useOpenLibs gives the script the libraries string and math");
    }

    [Fact]
    public void Script_LeavesNothingForTheNextRun()
    {
        Run("leak = 1 table.insert = nil obj.spec = nil return {status = 'Healthy'}");

        Run("return {status = 'Healthy', message = type(leak) .. type(table.insert) .. type(obj.spec)}")!.Value.Message.ShouldBe("nilfunctiontable");
    }

    [Fact]
    public void Scripts_RunInParallel()
    {
        var script = new LuaScript("return {status = 'Healthy', message = obj.metadata.name}", false, LuaLimits.Default, TimeProvider.System);

        var found = Enumerable.Range(0, 400).AsParallel().Select(_ => script.Assess(Widget.Root)).Distinct();

        found.ShouldHaveSingleItem().ShouldBe(new HealthState(HealthStatus.Healthy, "w"));
    }

    [Fact]
    public void Script_WithALongObject_GetsItWhole()
    {
        var live = KubeYaml.Object("apiVersion: v1\nkind: X\nmetadata: {name: a}\ntext: " + new string('x', 3 << 20));

        new LuaScript("return {status = 'Healthy', message = '' .. #obj.text}", false, LuaLimits.Default with { Memory = 1 << 20 }, TimeProvider.System)
            .Assess(live.Root)!.Value.Message.ShouldBe("3145728");
    }

    private static HealthState? Run(string script, bool open = true, LuaLimits? limits = null) =>
        new LuaScript(script, open, limits ?? LuaLimits.Default, TimeProvider.System).Assess(Widget.Root);
}

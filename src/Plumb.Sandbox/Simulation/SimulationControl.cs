using Microsoft.AspNetCore.Http;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Http;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Simulation;

/// <summary>
/// <c>GET</c> and <c>PUT /simulation</c>: the rules and the seed; <c>POST /simulation/clock</c>: a jump. Open to who may use the path,
/// without a role that is <c>system:masters</c> only; never subject to the rules.
/// </summary>
internal sealed class SimulationControl(RequestSimulation simulation, TimeProvider time)
{
    public static bool Owns(PathString path) => path.StartsWithSegments("/simulation");

    public Task AnswerAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value?.TrimEnd('/')) switch
    {
        ("GET", "/simulation") => Responses.WriteAsync(context, 200, Describe()),
        ("PUT", "/simulation") => ReplaceAsync(context),
        ("POST", "/simulation/clock") => JumpAsync(context),
        (_, "/simulation" or "/simulation/clock") => throw ApiErrors.MethodNotAllowed(),
        _ => throw ApiErrors.NoSuchPath(),
    };

    private async Task ReplaceAsync(HttpContext context)
    {
        var body = await RequestBody.ReadObjectAsync(context).ConfigureAwait(false);
        try
        {
            simulation.Use([.. body["rules"].Maps().Select(Read)], (int)(body["seed"].AsInt() ?? 0));
        }
        catch (ArgumentException e)
        {
            throw ApiErrors.BadRequest("simulation: " + e.Message);
        }

        await Responses.WriteAsync(context, 200, Describe()).ConfigureAwait(false);
    }

    private async Task JumpAsync(HttpContext context)
    {
        var body = await RequestBody.ReadObjectAsync(context).ConfigureAwait(false);
        if (time is not SandboxClock clock)
            throw ApiErrors.BadRequest("simulation: the clock of this sandbox is not a SandboxClock, so it cannot jump");
        if (body["seconds"].AsDouble() is not { } seconds || Math.Abs(seconds) > 3_153_600_000)
            throw ApiErrors.BadRequest("simulation: seconds is missing or beyond a hundred years");
        clock.Jump(TimeSpan.FromSeconds(seconds));
        await Responses.WriteAsync(context, 200, Describe()).ConfigureAwait(false);
    }

    private MapNode Describe() => new()
    {
        ["seed"] = simulation.Seed,
        ["rules"] = new ListNode(simulation.Rules.Select(r => (Node)Write(r))),
        ["time"] = Timestamps.Format(time.GetUtcNow()),
    };

    private static SimulationRule Read(MapNode node) => new()
    {
        Verb = node["verb"].Text(),
        Resource = node["resource"].Text(),
        Namespace = node["namespace"].Text(),
        Rate = node["rate"].AsDouble() ?? 1,
        Times = (int?)node["times"].AsInt(),
        Fault = new SandboxFault
        {
            Delay = TimeSpan.FromMilliseconds(node["delayMilliseconds"].AsDouble() ?? 0),
            StatusCode = (int?)node["status"].AsInt(),
            Message = node["message"].AsString() ?? "simulated",
            RetryAfterSeconds = (int?)node["retryAfterSeconds"].AsInt(),
            Abort = node["abort"].AsBool() == true,
            HalfBody = node["halfBody"].AsBool() == true,
            BytesPerSecond = (int?)node["bytesPerSecond"].AsInt(),
            CutAfter = node["cutAfterMilliseconds"].AsDouble() is { } cut ? TimeSpan.FromMilliseconds(cut) : null,
        },
    };

    private static MapNode Write(SimulationRule rule)
    {
        var fault = rule.Fault;
        var node = new MapNode { ["verb"] = rule.Verb, ["resource"] = rule.Resource, ["namespace"] = rule.Namespace, ["rate"] = rule.Rate };
        if (rule.Times is { } times) node["times"] = times;
        if (fault.Delay > TimeSpan.Zero) node["delayMilliseconds"] = fault.Delay.TotalMilliseconds;
        if (fault.StatusCode is { } status) node["status"] = status;
        if (fault.RetryAfterSeconds is { } retry) node["retryAfterSeconds"] = retry;
        if (fault.Abort) node["abort"] = true;
        if (fault.HalfBody) node["halfBody"] = true;
        if (fault.BytesPerSecond is { } bytes) node["bytesPerSecond"] = bytes;
        if (fault.CutAfter is { } cut) node["cutAfterMilliseconds"] = cut.TotalMilliseconds;
        return node;
    }
}

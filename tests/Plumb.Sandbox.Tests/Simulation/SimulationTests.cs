using System.Net;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Simulation;
using Plumb.Sandbox.Tests.Http;

namespace Plumb.Sandbox.Tests.Simulation;

/// <summary>The knobs: errors, broken bodies, dropped watches, the clock; by rules that can be replaced over the wire.</summary>
public sealed class SimulationTests : WireSandbox
{
    private readonly SandboxClock _clock = new();

    private protected override SandboxOptions Options => base.Options with { Time = _clock, Users = [new("jane", "jane-token")] };

    [Fact]
    public async Task Errors_ComeWithCodeAndRetryAfter_ForTheirVerbAndKindOnly_AsOftenAsStated()
    {
        await UseAsync("""{"verb":"list","resource":"configmaps","status":429,"retryAfterSeconds":7,"message":"slow down","times":1}""");
        using var refused = await Http.GetAsync(ConfigMaps, Ct);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        await SendAsync(HttpMethod.Get, ConfigMaps, null, 200);
        await SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/secrets", null, 200);
    }

    [Fact]
    public void Chance_IsTheSameForTheSameSeed()
    {
        var request = new SandboxRequest("get", "", "pods", "", "default", "a", "/", DateTimeOffset.UnixEpoch);
        string Draw(int seed)
        {
            var simulation = new RequestSimulation();
            simulation.Use([new() { Rate = 0.5, Fault = new() { StatusCode = 500 } }], seed);
            return string.Concat(Enumerable.Range(0, 64).Select(_ => simulation.Decide(request) is null ? '.' : 'x'));
        }

        Draw(1).ShouldBe(Draw(1));
        Draw(1).ShouldNotBe(Draw(2));
        Draw(1).Count(c => c == 'x').ShouldBeInRange(15, 50);
    }

    [Fact]
    public async Task HalfBody_IsABrokenAnswer()
    {
        await UseAsync("""{"verb":"list","halfBody":true}""");
        await Should.ThrowAsync<HttpRequestException>(() => Http.GetStringAsync(ConfigMaps, Ct));
        await UseAsync("");
        await SendAsync(HttpMethod.Get, ConfigMaps, null, 200);
    }

    [Fact]
    public async Task SlowBytes_AreTheWholeAnswer()
    {
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "v"), 201);
        await UseAsync("""{"verb":"get","resource":"configmaps","bytesPerSecond":4000}""");
        (await SendAsync(HttpMethod.Get, ConfigMaps + "/a", null, 200))["data"]["k"].AsString().ShouldBe("v");
    }

    [Fact]
    public async Task Watch_IsCut_AfterTheStatedTime()
    {
        await UseAsync("""{"verb":"watch","cutAfterMilliseconds":100}""");
        using var watch = await WatchAsync(ConfigMaps + "?watch=1&resourceVersion=0");
        await Should.ThrowAsync<Exception>(async () =>
        {
            while (await watch.ReadLineAsync(Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Ct) is not null)
            {
            }

            throw new EndOfStreamException("it ended in good order");
        });
    }

    [Fact]
    public async Task Clock_Jumps_AndTimersThatAreDueFire()
    {
        using var watch = await WatchAsync(ConfigMaps + "?watch=1&resourceVersion=1000000&timeoutSeconds=3000".Replace("1000000", "0"));
        var before = _clock.GetUtcNow();
        await SendAsync(HttpMethod.Post, "/simulation/clock", Json.Parse("""{"seconds":3600}"""), 200);
        _clock.GetUtcNow().ShouldBeGreaterThan(before + TimeSpan.FromMinutes(59));
        var made = await SendAsync(HttpMethod.Post, ConfigMaps, Map("later", "v"), 201);
        DateTimeOffset.Parse(made["metadata"]["creationTimestamp"].AsString()!, System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBeGreaterThan(before + TimeSpan.FromMinutes(59));
        while (await watch.ReadLineAsync(Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Ct) is not null)
        {
            // The watch's time is over, so it ends in good order.
        }
    }

    [Fact]
    public async Task Control_IsForTheAdministrator_AndRefusesNonsense()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/simulation");
        request.Headers.Authorization = new("Bearer", "jane-token");
        using var response = await Http.SendAsync(request, Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(HttpMethod.Put, "/simulation", Json.Parse("""{"rules":[{"rate":2}]}"""), 400))["message"].AsString()!
            .ShouldContain("a share from 0 to 1");
        (await SendAsync(HttpMethod.Get, "/simulation", null, 200))["rules"].AsList()!.Count.ShouldBe(0);
    }

    private Task UseAsync(string rule) =>
        SendAsync(HttpMethod.Put, "/simulation", Json.Parse("""{"seed":1,"rules":[RULE]}""".Replace("RULE", rule)), 200);
}

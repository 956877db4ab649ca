using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Controllers;
using Plumb.Sandbox.Lifecycle;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Tests.Controllers;

/// <summary>The sandbox's store, lifecycle and controllers without the wire, in a hurry.</summary>
internal sealed class LivingSandbox : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly Task _lifecycle;

    public LivingSandbox(TimeProvider? time = null, int maxEvents = 5000)
    {
        Api = new ObjectApi(new ObjectStore(historySize: 10_000), time ?? TimeProvider.System);
        Api.Create(new KubeObject(new MapNode
        {
            { "apiVersion", "v1" }, { "kind", "Namespace" }, { "metadata", new MapNode { { "name", "default" } } },
        }), "test");
        _lifecycle = new LifecycleLoop(Api, NullLogger.Instance).RunAsync(_stop.Token);
        Controllers = new MeanwhileApi(Api);
        _running = SandboxControllers.RunAsync(
            Controllers,
            new SandboxControllerOptions
            {
                PodStartDelay = TimeSpan.FromMilliseconds(1),
                ContainerRunTime = TimeSpan.FromMilliseconds(1),
                BackOff = TimeSpan.FromMilliseconds(5),
                MaxEvents = maxEvents,
            },
            _stop.Token);
    }

    public ObjectApi Api { get; }

    /// <summary>What the controllers see.</summary>
    public MeanwhileApi Controllers { get; }

    public KubeObject Create(string json)
    {
        var root = Json.Parse(json.Replace('\'', '"')).AsMap()!;
        return Api.Create(new KubeObject(root), "test");
    }

    public KubeObject Get(string group, string kind, string name) => Api.Get(group, kind, "default", name).ShouldNotBeNull();

    public void Change(KubeObject obj, Action<MapNode> change)
    {
        // A controller may write in between; then the change is made to what it wrote.
        while (true)
        {
            var copy = Get(obj.GroupVersionKind.Group, obj.Kind, obj.Name).Root.DeepClone();
            change(copy);
            try
            {
                Api.Update(new KubeObject(copy), "test");
                return;
            }
            catch (ApiException e) when (e.Reason == "Conflict")
            {
            }
        }
    }

    public List<KubeObject> Pods() => [.. Api.List("", "Pod", "default")];

    /// <summary>Waits until the condition holds, looking after each change.</summary>
    public async Task Until(Func<bool> holds, string what)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var events = Api.WatchAll(deadline.Token).GetAsyncEnumerator(deadline.Token);
        try
        {
            var next = events.MoveNextAsync();
            while (!holds())
            {
                await next;
                next = events.MoveNextAsync();
            }
        }
        catch (OperationCanceledException)
        {
            throw new ShouldAssertException($"Not seen within {Deadline.TotalSeconds} s: {what}");
        }
        finally
        {
            await deadline.CancelAsync();
        }
    }

    /// <summary>
    /// Moves the clock on, a second at a time, until the condition holds. One great step would not do: a controller that
    /// had not yet set its timer when the clock moved would wait for a time that never comes.
    /// </summary>
    public static async Task UntilAsTimeGoesOn(FakeTimeProvider time, Func<bool> holds, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Deadline)
            {
                throw new ShouldAssertException($"Not seen within {Deadline.TotalSeconds} s while the clock moved on: {what}");
            }

            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, CancellationToken.None);
        }
    }

    public Task UntilStatus(KubeObject obj, Func<Node, bool> holds, string what) => Until(
        () => Api.Get(obj.GroupVersionKind.Group, obj.Kind, obj.Namespace, obj.Name) is { } found && holds(found.Root["status"]), what);

    public static bool Has(Node status, string condition, string value, string? reason = null) =>
        status["conditions"].AsList()?.Any(c => c["type"].AsString() == condition && c["status"].AsString() == value
            && (reason is null || c["reason"].AsString() == reason)) is true;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _lifecycle.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }
}

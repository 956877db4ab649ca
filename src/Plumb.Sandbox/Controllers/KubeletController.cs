using System.Collections.Concurrent;
using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>
/// Scheduler and kubelet in one: places Pods on the sandbox's node and lets their containers live as <see cref="ContainerPlan"/> says.
/// A Pod that something is missing for waits without a timer, until that something appears.
/// </summary>
internal sealed class KubeletController(Cluster cluster) : Controller(cluster)
{
    public const string NodeAddress = "172.18.0.2";

    private const string Scheduler = "default-scheduler";
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);

    private readonly Dictionary<ObjectKey, PodRun> _runs = []; // only the loop touches it
    private readonly ConcurrentDictionary<ObjectKey, byte> _blocked = new();
    private int _addresses;

    public override void Observe(ObjectEvent change)
    {
        var obj = change.Object;
        if (obj.GroupVersionKind.Group.Length > 0) return;
        switch (obj.Kind)
        {
            case "Pod": Queue.Add(ObjectKey.Of(obj)); break;
            case "ConfigMap" or "Secret" or "PersistentVolumeClaim" when change.Kind != WatchKind.Deleted:
                foreach (var key in _blocked.Keys.Where(k => k.Namespace == obj.Namespace)) Queue.Add(key);
                break;
            case "Node":
                foreach (var key in _blocked.Keys) Queue.Add(key);
                break;
            default: break;
        }
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        // It counts as blocked from before anything is looked at: what appears meanwhile then brings it back here, and is not missed.
        _blocked[key] = 0;
        var again = Look(key, out var blocked);
        if (!blocked) _blocked.TryRemove(key, out _);
        return again;
    }

    private TimeSpan? Look(ObjectKey key, out bool blocked)
    {
        blocked = false;
        var pod = Cluster.Get(key);
        if (pod is null || PodState.IsFinished(pod))
        {
            _runs.Remove(key);
            return null;
        }

        if (Cluster.IsDeleting(pod))
        {
            if (!_runs.Remove(key, out var stopped)) return null;
            foreach (var state in stopped.Containers.Values.Where(s => s.Phase == RunPhase.Running))
                Tell(pod, state, false, "Killing", "Stopping container " + state.Name);
            return null;
        }

        if (pod.Root["spec"]["nodeName"].IsEmpty())
        {
            if (Schedule(pod) is not { } placed)
            {
                blocked = true;
                return null;
            }

            pod = placed;
        }

        if (Cluster.Api.Get("", "Node", "", pod.Root["spec"]["nodeName"].Text()) is null)
        {
            blocked = true;
            return null;
        }

        if (!_runs.TryGetValue(key, out var run) || run.Uid != pod.Uid) _runs[key] = run = NewRun(pod);
        var again = Advance(pod, run);
        blocked = run.Blocked;
        WriteStatus(pod, run);
        return again;
    }

    private sealed class PodRun(string uid)
    {
        public string Uid { get; } = uid;

        public DateTimeOffset StartAt { get; set; }

        public string Address { get; set; } = "";

        public bool Started { get; set; }

        /// <summary>Something it needs is missing; an event will tell.</summary>
        public bool Blocked { get; set; }

        public bool Initialized { get; set; }

        public string Phase { get; set; } = "Pending";

        public Dictionary<string, ContainerRun> Containers { get; } = new(StringComparer.Ordinal);

        public ContainerRun Of(MapNode container)
        {
            var name = container["name"].Text();
            if (!Containers.TryGetValue(name, out var found)) Containers[name] = found = new ContainerRun(name);
            return found;
        }
    }

    private PodRun NewRun(KubeObject pod)
    {
        var status = pod.Root["status"];
        var number = _addresses++;
        var run = new PodRun(pod.Uid)
        {
            StartAt = Cluster.Now + Cluster.Options.PodStartDelay,
            Address = pod.Root["spec"]["hostNetwork"].AsBool() is true
                ? NodeAddress
                : status["podIP"].AsString() ?? string.Create(
                    CultureInfo.InvariantCulture, $"10.244.{number / 250 % 250}.{2 + (number % 250)}"),
        };
        // The sandbox was restarted over stored state: what ran runs on.
        foreach (var container in status["containerStatuses"].Maps().Concat(status["initContainerStatuses"].Maps()))
        {
            var state = new ContainerRun(container["name"].Text()) { Image = container["image"].Text() };
            state.Restarts = (int)(container["restartCount"].AsInt() ?? 0);
            if (container["state"]["running"].AsMap() is { } running)
            {
                state.Phase = RunPhase.Running;
                state.StartedAt = Cluster.ParseTime(running["startedAt"]) ?? Cluster.Now;
            }
            else if (container["state"]["terminated"].AsMap() is { } ended)
            {
                state.Phase = RunPhase.Terminated;
                state.ExitCode = (int)(ended["exitCode"].AsInt() ?? 0);
                state.StartedAt = Cluster.ParseTime(ended["startedAt"]) ?? Cluster.Now;
                state.FinishedAt = Cluster.ParseTime(ended["finishedAt"]) ?? Cluster.Now;
            }

            run.Containers[state.Name] = state;
        }

        return run;
    }

    private KubeObject? Schedule(KubeObject pod)
    {
        if (pod.Root["spec"]["schedulerName"].AsString() is { Length: > 0 } scheduler && scheduler != Scheduler) return null;
        if (!pod.Root["spec"]["schedulingGates"].IsEmpty())
        {
            Unschedulable(pod, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates");
            return null;
        }

        var nodes = Cluster.Api.List("", "Node", null);
        if (PodReferences.ClaimProblem(Cluster.Api, pod) is { } claims)
        {
            Unschedulable(pod, "Unschedulable", Words(nodes.Count, claims));
            return null;
        }

        var node = nodes.FirstOrDefault(n => Scheduling.Fits(pod.Root["spec"], n));
        if (node is null)
        {
            Unschedulable(pod, "Unschedulable", nodes.Count == 0
                ? "no nodes available to schedule pods"
                : Words(nodes.Count, string.Create(CultureInfo.InvariantCulture, $"{nodes.Count} node(s) didn't match Pod's node affinity/selector")));
            return null;
        }

        if (Insufficient(pod, node) is { } resource)
        {
            Unschedulable(pod, "Unschedulable",
                Words(nodes.Count, string.Create(CultureInfo.InvariantCulture, $"{nodes.Count} Insufficient {resource}")));
            return null;
        }

        var placed = Cluster.Change(pod, root => root.GetOrAddMap("spec")["nodeName"] = node.Name, "kube-scheduler");
        Cluster.Events.Normal(pod, Scheduler, "Scheduled", $"Successfully assigned {pod.Namespace}/{pod.Name} to {node.Name}");
        return placed;
    }

    private static string Words(int nodes, string why) => string.Create(
        CultureInfo.InvariantCulture,
        $"0/{nodes} nodes are available: {why}. preemption: 0/{nodes} nodes are available: {nodes} Preemption is not helpful for scheduling.");

    private static string? Insufficient(KubeObject pod, KubeObject node)
    {
        foreach (var (resource, has) in node.Root["status"]["allocatable"].Entries())
        {
            var wants = pod.Root["spec"]["containers"].Maps().Sum(c => Amounts.Parse(c["resources"]["requests"][resource]) ?? 0);
            if (wants > Amounts.Parse(has)) return resource;
        }

        return pod.Root["spec"]["containers"].Maps()
            .SelectMany(c => c["resources"]["requests"].Entries())
            .Where(r => node.Root["status"]["allocatable"][r.Key].IsAbsent && Amounts.Parse(r.Value) > 0)
            .Select(r => r.Key).FirstOrDefault();
    }

    private void Unschedulable(KubeObject pod, string reason, string message)
    {
        var status = PodState.CloneStatus(pod);
        status["phase"] = "Pending";
        Conditions.Set(status, "PodScheduled", false, reason, message, Cluster.Timestamp);
        if (Cluster.SetStatus(pod, status, "kube-scheduler") && reason == "Unschedulable")
        {
            Cluster.Events.Warning(pod, Scheduler, "FailedScheduling", message);
        }
    }

    // Brings every container as far as it gets now. Returns when the next thing happens by itself.
    private TimeSpan? Advance(KubeObject pod, PodRun run)
    {
        run.Blocked = false;
        if (!run.Started)
        {
            var left = run.StartAt - Cluster.Now;
            if (left > TimeSpan.Zero) return left;
            if (PodReferences.VolumeProblem(Cluster.Api, pod) is { } problem)
            {
                run.Blocked = true;
                Cluster.Events.OfNode(pod, true, "FailedMount", problem);
                return null;
            }

            run.Started = true;
        }

        var spec = pod.Root["spec"];
        TimeSpan? again = null;
        foreach (var container in spec["initContainers"].Maps())
        {
            var state = run.Of(container);
            var sidecar = container["restartPolicy"].AsString() == "Always";
            again = PodState.Earlier(again, Step(pod, run, container, state, sidecar ? "Always" : InitPolicy(spec), isInit: true));
            if (sidecar ? state.Phase == RunPhase.Running : state.Succeeded) continue;
            run.Phase = state.Phase == RunPhase.Terminated && InitPolicy(spec) == "Never" ? "Failed" : "Pending";
            return again;
        }

        run.Initialized = true;
        var policy = spec["restartPolicy"].AsString() ?? "Always";
        foreach (var container in spec["containers"].Maps())
        {
            again = PodState.Earlier(again, Step(pod, run, container, run.Of(container), policy, isInit: false));
        }

        run.Phase = PhaseOf(spec, run, policy);
        return run.Phase is "Succeeded" or "Failed" ? null : again;
    }

    private void Tell(KubeObject pod, ContainerRun state, bool isWarning, string reason, string message)
    {
        var isInit = pod.Root["spec"]["initContainers"].Maps().Any(c => c["name"] == state.Name);
        Cluster.Events.OfNode(pod, isWarning, reason, message, $"spec.{(isInit ? "initContainers" : "containers")}{{{state.Name}}}");
    }

    private static string InitPolicy(Node spec) => spec["restartPolicy"].AsString() == "Never" ? "Never" : "OnFailure";

    private static string PhaseOf(Node spec, PodRun run, string policy)
    {
        var states = spec["containers"].Maps().Select(run.Of).ToList();
        if (policy != "Always" && states.All(s => s.Phase == RunPhase.Terminated))
        {
            return states.All(s => s.ExitCode == 0) ? "Succeeded" : "Failed";
        }

        return states.Any(s => s.Phase != RunPhase.Waiting || s.Restarts > 0) ? "Running" : "Pending";
    }

    private TimeSpan? Step(KubeObject pod, PodRun run, MapNode container, ContainerRun state, string policy, bool isInit)
    {
        var plan = ContainerPlan.Of(pod, container, isInit);
        var image = container["image"].Text();
        if (state.Image.Length > 0 && state.Image != image && state.Phase != RunPhase.Terminated)
        {
            // The image of a running Pod was changed: the container is replaced in place.
            if (state.Phase == RunPhase.Running) state.Restart(null, "");
            else state.Wait("", "");
            state.Image = "";
        }

        if (state.Phase == RunPhase.Waiting && StartContainer(pod, run, container, state, plan) is { } wait) return wait;
        if (state.Phase == RunPhase.Running)
        {
            if (plan.Forever) return null;
            var left = state.StartedAt + Cluster.Options.ContainerRunTime + plan.Sleeps - Cluster.Now;
            if (left > TimeSpan.Zero) return left;
            state.Phase = RunPhase.Terminated;
            state.FinishedAt = Cluster.Now;
            state.ExitCode = plan.ExitCode;
        }

        if (state.Phase != RunPhase.Terminated) return null;
        var restarts = policy == "Always" || (policy == "OnFailure" && state.ExitCode != 0);
        return restarts ? RestartContainer(pod, state) : null;
    }

    // Null: it runs, it ended at once, or it waits for an event. Otherwise when to try again.
    private TimeSpan? StartContainer(KubeObject pod, PodRun run, MapNode container, ContainerRun state, ContainerPlan plan)
    {
        var now = Cluster.Now;
        var image = container["image"].Text();
        state.Image = image;
        if (Images.Problem(image) is { } problem) return FailPull(pod, state, problem);
        if (PodReferences.EnvironmentProblem(Cluster.Api, pod, container) is { } missing)
        {
            run.Blocked = true;
            if (state.WaitReason != "CreateContainerConfigError")
                Tell(pod, state, true, "Failed", "Error: " + missing);
            state.Wait("CreateContainerConfigError", missing);
            return null;
        }

        if (state.NotBefore > now) return state.NotBefore - now;
        Tell(pod, state, false, "Pulled", $"Container image \"{image}\" already present on machine");
        Tell(pod, state, false, "Created", "Created container: " + state.Name);
        state.StartedAt = now;
        state.StartError = plan.StartError;
        if (plan.StartError is not null)
        {
            state.Phase = RunPhase.Terminated;
            state.FinishedAt = now;
            state.ExitCode = plan.ExitCode;
            Tell(pod, state, true, "Failed", "Error: failed to start container: " + plan.StartError);
            return null;
        }

        state.Phase = RunPhase.Running;
        Tell(pod, state, false, "Started", "Started container " + state.Name);
        if (PodAnnotations.NeverReady(pod)) Tell(pod, state, true, "Unhealthy", "Readiness probe failed: the Pod's annotations say so");
        return null;
    }

    // First the pull fails, then the kubelet backs off. Only another image changes that, so no timer runs after the second step.
    private TimeSpan? FailPull(KubeObject pod, ContainerRun state, (string Reason, string Message) problem)
    {
        if (problem.Reason == "InvalidImageName")
        {
            if (state.WaitReason != problem.Reason) Tell(pod, state, true, "InspectFailed", problem.Message);
            state.Wait(problem.Reason, problem.Message);
            return null;
        }

        var image = state.Image;
        switch (state.WaitReason)
        {
            case "ImagePullBackOff":
                return null;
            case "ErrImagePull":
                if (state.NotBefore > Cluster.Now) return state.NotBefore - Cluster.Now;
                state.Wait("ImagePullBackOff", $"Back-off pulling image \"{image}\": ErrImagePull: {problem.Message}");
                Tell(pod, state, false, "BackOff", $"Back-off pulling image \"{image}\"");
                Tell(pod, state, true, "Failed", "Error: ImagePullBackOff");
                return null;
            default:
                Tell(pod, state, false, "Pulling", $"Pulling image \"{image}\"");
                Tell(pod, state, true, "Failed", $"Failed to pull image \"{image}\": {problem.Message}");
                Tell(pod, state, true, "Failed", "Error: ErrImagePull");
                state.Wait("ErrImagePull", problem.Message);
                state.NotBefore = Cluster.Now + TimeSpan.FromSeconds(1);
                return TimeSpan.FromSeconds(1);
        }
    }

    private TimeSpan? RestartContainer(KubeObject pod, ContainerRun state)
    {
        // The first restart comes at once; then the delay doubles.
        var delay = state.Restarts == 0 ? TimeSpan.Zero : Cluster.Options.BackOff * Math.Pow(2, Math.Min(state.Restarts - 1, 10));
        if (delay > LongestBackOff) delay = LongestBackOff;
        if (delay == TimeSpan.Zero)
        {
            state.Restart(null, "");
            return TimeSpan.FromMilliseconds(1);
        }

        var words = $"restarting failed container={state.Name} pod={pod.Name}_{pod.Namespace}({pod.Uid})";
        Tell(pod, state, true, "BackOff", $"Back-off {words}");
        state.Restart(Cluster.Now + delay, string.Create(CultureInfo.InvariantCulture, $"back-off {delay.TotalSeconds:0}s {words}"));
        return delay;
    }

    private void WriteStatus(KubeObject pod, PodRun run)
    {
        var spec = pod.Root["spec"];
        var status = PodState.CloneStatus(pod);
        var now = Cluster.Timestamp;
        var finished = run.Phase is "Succeeded" or "Failed";
        var policy = spec["restartPolicy"].AsString();
        var waiting = spec["initContainers"].IsEmpty() || run.Initialized ? "ContainerCreating" : "PodInitializing";
        var ready = run.Initialized && !finished && !PodAnnotations.NeverReady(pod);
        var unready = new List<string>();
        var containers = new ListNode();
        foreach (var container in spec["containers"].Maps())
        {
            var state = run.Of(container);
            var isReady = ready && state.Phase == RunPhase.Running;
            if (!isReady) unready.Add(state.Name);
            containers.Add(state.Status(container, pod.Uid, waiting, isReady));
        }

        var init = new ListNode();
        foreach (var container in spec["initContainers"].Maps())
        {
            var state = run.Of(container);
            var running = state.Phase == RunPhase.Running && container["restartPolicy"].AsString() == "Always";
            init.Add(state.Status(container, pod.Uid, "PodInitializing", running || state.Succeeded));
        }

        status["phase"] = run.Phase;
        status["hostIP"] = NodeAddress;
        status["hostIPs"] = new ListNode([new MapNode { { "ip", NodeAddress } }]);
        status.Default("startTime", now);
        status.Default("qosClass", PodDefaults.QosClass(spec.AsMap()!));
        if (run.Started)
        {
            status["podIP"] = run.Address;
            status["podIPs"] = new ListNode([new MapNode { { "ip", run.Address } }]);
        }

        var notReady = $"containers with unready status: [{string.Join(' ', unready)}]";
        var done = policy != "Always" && run.Phase == "Succeeded";
        Conditions.Set(status, "PodReadyToStartContainers", run.Started && !finished, "", "", now);
        Conditions.Set(status, "Initialized", run.Initialized, done ? "PodCompleted" : run.Initialized ? "" : "ContainersNotInitialized", run.Initialized
            ? ""
            : $"containers with incomplete status: [{string.Join(' ', spec["initContainers"].Maps().Select(c => c["name"].Text()))}]", now);
        foreach (var type in (ReadOnlySpan<string>)["Ready", "ContainersReady"])
        {
            var reason = done ? "PodCompleted" : run.Phase == "Failed" ? "PodFailed" : unready.Count == 0 ? "" : "ContainersNotReady";
            Conditions.Set(status, type, unready.Count == 0, reason, finished || unready.Count == 0 ? "" : notReady, now);
        }

        Conditions.Set(status, "PodScheduled", true, "", "", now);
        if (init.Count > 0) status["initContainerStatuses"] = init;
        status["containerStatuses"] = containers;
        Cluster.SetStatus(Cluster.Get(ObjectKey.Of(pod)) ?? pod, status, Cluster.Kubelet);
    }
}

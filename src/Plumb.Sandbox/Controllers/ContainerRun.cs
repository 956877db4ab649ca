using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Controllers;

/// <summary>Where one container of a running Pod stands.</summary>
internal enum RunPhase
{
    Waiting,
    Running,
    Terminated,
}

/// <summary>The make-believe life of one container. Only the kubelet's loop touches it.</summary>
internal sealed class ContainerRun(string name)
{
    public string Name { get; } = name;

    public RunPhase Phase { get; set; }

    public string Image { get; set; } = "";

    public int Restarts { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset FinishedAt { get; set; }

    public int ExitCode { get; set; }

    /// <summary>Why it waits; empty means it was not tried yet.</summary>
    public string WaitReason { get; set; } = "";

    public string WaitMessage { get; set; } = "";

    /// <summary>Not before this time is it started (again).</summary>
    public DateTimeOffset? NotBefore { get; set; }

    public string? StartError { get; set; }

    public MapNode? LastState { get; set; }

    public bool Succeeded => Phase == RunPhase.Terminated && ExitCode == 0;

    public void Wait(string reason, string message)
    {
        Phase = RunPhase.Waiting;
        WaitReason = reason;
        WaitMessage = message;
    }

    /// <summary>Ended; goes back to waiting, to be started again.</summary>
    public void Restart(DateTimeOffset? notBefore, string message)
    {
        LastState = State("");
        Restarts++;
        NotBefore = notBefore;
        Wait(notBefore is null ? "" : "CrashLoopBackOff", message);
    }

    public MapNode Status(MapNode container, string podUid, string waitingFor, bool ready)
    {
        var image = container["image"].Text();
        var status = new MapNode
        {
            { "name", Name },
            { "state", State(waitingFor) },
            { "lastState", LastState?.DeepClone() ?? new MapNode() },
            { "ready", ready },
            { "restartCount", Restarts },
            { "image", image },
            { "imageID", Phase == RunPhase.Waiting && Restarts == 0 ? "" : "sandbox://" + image },
            { "started", Phase == RunPhase.Running },
        };
        if (Phase != RunPhase.Waiting || Restarts > 0) status["containerID"] = ContainerId(podUid);
        return status;
    }

    private MapNode State(string waitingFor)
    {
        switch (Phase)
        {
            case RunPhase.Running:
                return new MapNode { { "running", new MapNode { { "startedAt", Cluster.Format(StartedAt) } } } };
            case RunPhase.Terminated:
                var ended = new MapNode
                {
                    { "exitCode", ExitCode },
                    { "reason", StartError is not null ? "StartError" : ExitCode == 0 ? "Completed" : "Error" },
                    { "startedAt", Cluster.Format(StartedAt) },
                    { "finishedAt", Cluster.Format(FinishedAt) },
                };
                if (StartError is not null) ended["message"] = StartError;
                return new MapNode { { "terminated", ended } };
            default:
                var waiting = new MapNode { { "reason", WaitReason.Length > 0 ? WaitReason : waitingFor } };
                if (WaitMessage.Length > 0) waiting["message"] = WaitMessage;
                return new MapNode { { "waiting", waiting } };
        }
    }

    private string ContainerId(string podUid) => string.Create(
        CultureInfo.InvariantCulture, $"sandbox://{podUid.Replace("-", "", StringComparison.Ordinal)}{Name}{Restarts}");
}

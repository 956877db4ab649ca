namespace Plumb.EndToEnd.Tests.Corpus;

/// <summary>What people do with kubectl to a real, delivered repository is undone.</summary>
public sealed class DriftTests
{
    [Fact]
    public async Task EditDeleteAndScale_OfMicroservicesDemo_AreUndone()
    {
        if (!SharedData.IsHere("drift of microservices-demo")) return;
        await using var delivery = await Delivery.StartAsync(PlainDirectory.Find("microservices-demo/kubernetes-manifests"), automated: true);
        var state = await delivery.SettleAsync(s => s.IsReady, TimeSpan.FromSeconds(60));
        state.IsReady.ShouldBeTrue(Delivery.Describe(state));

        await Drift.UndoneAsync(delivery, "sandbox");
    }
}

/// <summary>Drift by the real kubectl, and how long it lasts.</summary>
internal static class Drift
{
    /// <summary>Far above the two seconds that are wanted: a busy machine is no failure. The time is printed.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    private static readonly string[] Image = ["get", "deployment", "frontend", "--output", "jsonpath={.spec.template.spec.containers[0].image}"];
    private static readonly string[] Replicas = ["get", "deployment", "loadgenerator", "--output", "jsonpath={.spec.replicas}"];
    private static readonly string[] Uid = ["get", "service", "cartservice", "--ignore-not-found", "--output", "jsonpath={.metadata.uid}"];

    /// <summary>Of microservices-demo, delivered with self-heal.</summary>
    public static async Task UndoneAsync(Delivery delivery, string cluster)
    {
        (await delivery.KubectlAsync(Replicas)).ShouldBe("1");
        await delivery.KubectlAsync("scale", "deployment", "loadgenerator", "--replicas=4");
        await HealedAsync($"{cluster}: kubectl scale", async () => await delivery.KubectlAsync(Replicas) == "1");

        var uid = await delivery.KubectlAsync(Uid);
        await delivery.KubectlAsync("delete", "service", "cartservice");
        await HealedAsync($"{cluster}: kubectl delete", async () => await delivery.KubectlAsync(Uid) is { Length: > 0 } now && now != uid);

        var image = await delivery.KubectlAsync(Image);
        var editor = await EditorAsync(delivery, $"s|image: {image}$|image: edited|");
        (await delivery.KubectlAsync([("KUBE_EDITOR", editor)], "edit", "deployment", "frontend")).ShouldContain("edited");
        await HealedAsync($"{cluster}: kubectl edit", async () => await delivery.KubectlAsync(Image) == image);
    }

    private static async Task<string> EditorAsync(Delivery delivery, string change)
    {
        var path = delivery.PathTo("editor.sh");
        await File.WriteAllTextAsync(path, $"#!/bin/sh\nexec sed -i -e '{change}' \"$1\"\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private static async Task HealedAsync(string what, Func<Task<bool>> isHealed)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var looks = 1;
        while (!await isHealed())
        {
            time.GetElapsedTime(started).ShouldBeLessThan(Bound, $"{what} is not undone");
            looks++;
        }

        Console.WriteLine($"{what} undone: seen {time.GetElapsedTime(started).TotalMilliseconds:F0} ms after it returned, at look {looks}");
    }
}

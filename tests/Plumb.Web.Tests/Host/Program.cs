using Plumb.Web.Host;

// dotnet run --project tests/Plumb.Web.Tests/Host -- [demo|large|empty] [--port N] [--still] [--sign-in] [--reader]
var options = new SampleOptions
{
    Size = args.FirstOrDefault(argument => argument is "large" or "empty") ?? "demo",
    Port = Array.IndexOf(args, "--port") is var at and >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], System.Globalization.CultureInfo.InvariantCulture) : 5180,
    Moving = !args.Contains("--still"),
    SignIn = args.Contains("--sign-in"),
    Reader = args.Contains("--reader"),
};
await using var host = await SampleHost.StartAsync(options, CancellationToken.None);
Console.WriteLine($"The page with sample data: {host.Url}");
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
try
{
    await Task.Delay(Timeout.Infinite, stop.Token);
}
catch (OperationCanceledException)
{
    // Ctrl+C.
}

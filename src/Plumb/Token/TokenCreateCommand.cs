using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Token;

/// <summary><c>plumb token create</c>: the secret, alone, on the results stream.</summary>
internal static class TokenCreateCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var subject = new Argument<string>("subject") { Description = "For whom: an account, or proj:PROJECT:ROLE. Default: yourself", HelpName = "SUBJECT", DefaultValueFactory = _ => "" };
        subject.CompletionSources.Add(context => server.Suggest(context, async (client, ct) => (await client.ListAccountsAsync(ct)).Select(a => a.Name)));
        var description = new Option<string>("--description") { Description = "What it is for, at most 200 characters", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var ends = new DurationOption("--expires-in", "How long it is valid", "90d");
        var endless = new Option<bool>("--no-expiry") { Description = "It is valid until it is revoked" };
        var output = Output.Option();
        var command = new DocumentedCommand("create", "Make a token. Its secret is printed this once, alone on the output stream; all else goes to the error stream.")
        {
            Examples = """
                TOKEN=$(plumb token create ci --description 'pipeline of shop' --expires-in 30d)
                plumb token create proj:shop:deployer | kubectl create secret generic plumb --from-file=token=/dev/stdin
                """,
        }.With(subject, description, ends, endless, output);
        command.SetAction((parsed, ct) => server.UseAsync(parsed, async client =>
        {
            if (parsed.GetValue(endless) && parsed.GetValue(ends) is not null) throw new UsageException("--expires-in and --no-expiry contradict each other: give one of them");
            var made = await client.CreateTokenAsync(
                new TokenBody
                {
                    Subject = parsed.GetValue(subject)!,
                    Description = parsed.GetValue(description)!,
                    ExpiresAt = parsed.GetValue(endless) ? null : terminal.Now + ends.Read(parsed),
                },
                ct);
            if (Output.TryWrite(terminal, parsed.GetValue(output)!, made, ApiJson.Default.NewTokenRecord)) return ExitCode.Ok;
            var until = made.Token.ExpiresAt is { } end ? $"valid until {Words.Time(end)}" : "valid until it is revoked";
            terminal.Note($"token {made.Token.Id} for {made.Token.Subject}, {until}; this is its secret, which is not shown again:");
            terminal.Out.WriteLine(made.Secret);
            return ExitCode.Ok;
        }));
        return command;
    }
}

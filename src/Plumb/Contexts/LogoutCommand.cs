using System.CommandLine;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Contexts;

/// <summary><c>plumb logout</c>.</summary>
internal static class LogoutCommand
{
    public static Command Create(Terminal terminal, ServerConnection server)
    {
        var context = new Option<string?>("--context") { Description = $"The context. Default: ${DestinationRules.ContextVariable}, else the current one", HelpName = "NAME" };
        context.CompletionSources.Add(_ => ServerConnection.ContextNames());
        var command = new DocumentedCommand(
            "logout", "Sign out: revoke the token that `plumb login` got with a password, and forget it. The context stays. A token given with --token-stdin is forgotten, not revoked.")
        {
            Examples = "plumb logout\nplumb logout --context prod",
        }.With(context);
        command.SetAction(async (parsed, ct) =>
        {
            var file = server.Contexts;
            var all = file.Read();
            var named = parsed.GetValue(context) ?? (server.Variables(DestinationRules.ContextVariable) is { Length: > 0 } set ? set : all.Current);
            if (named.Length == 0) throw new UsageException("there is no current context: say which with --context");
            var chosen = all.Get(named);
            if (chosen.Token.Length == 0)
            {
                terminal.Note($"{chosen.Name}: nobody is signed in");
                return ExitCode.Ok;
            }

            if (chosen.TokenId.Length > 0) await RevokeAsync(terminal, chosen, ct);
            await file.WriteAsync(all.With(chosen with { Token = "", TokenId = "", Account = "", ExpiresAt = null }), ct);
            terminal.Note($"signed out of {chosen.Server}");
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The token is forgotten here whether or not the server can be told.</summary>
    private static async Task RevokeAsync(Terminal terminal, ServerContext context, CancellationToken ct)
    {
        try
        {
            var destination = new DestinationRules(null, context.Name, _ => null).Choose(new ContextSet { Contexts = [context] });
            using var http = ServerHttp.Open(destination, TimeSpan.FromSeconds(10));
            await new PlumbClient(http).RevokeTokenAsync(context.TokenId, ct);
        }
        catch (PlumbApiException e) when (e.Status is System.Net.HttpStatusCode.Unauthorized or System.Net.HttpStatusCode.NotFound)
        {
            // It had ended already.
        }
        catch (Exception e) when (e is PlumbApiException or UsageException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            terminal.Warn($"the token {context.TokenId} could not be revoked and is valid until it ends: {Faults.Describe(e)}");
        }
    }
}

using System.Net;
using Plumb.Api;

namespace Plumb.Commands.Contexts;

/// <summary>What to do when the server does not know the caller, or does not let them.</summary>
internal static class SignInAdvice
{
    public static PlumbApiException Add(PlumbApiException refusal, Destination destination)
    {
        var what = refusal.Message.TrimEnd('.');
        var advice = (refusal.Status, destination.Token.Length > 0) switch
        {
            (HttpStatusCode.Unauthorized, false) => $"You are not signed in at {destination}: plumb login {destination}",
            (HttpStatusCode.Unauthorized, true) when destination.TokenFrom == DestinationRules.TokenVariable =>
                $"{destination} does not accept the token in {DestinationRules.TokenVariable} (any more): put another there, or unset it and sign in with `plumb login {destination}`",
            (HttpStatusCode.Unauthorized, true) => $"{destination} does not accept the token of {destination.TokenFrom} any more: plumb login {destination}",
            (_, false) => $"You are not signed in at {destination}: `plumb login {destination}` as somebody who may",
            _ => $"Ask for the right, or `plumb login {destination}` as somebody who has it; `plumb account can-i` tells what you may",
        };
        return new PlumbApiException($"{what}. {advice}", refusal.Status, refusal);
    }
}

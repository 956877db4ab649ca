using System.Net;
using Microsoft.AspNetCore.Components.Authorization;

namespace Plumb.Web.Session;

/// <summary>Whoever looks at the page, for as long as they do: their API, who they are, what they may do.</summary>
internal sealed class PageSession(IPlumbApis apis, AuthenticationStateProvider signIn, Handover handover)
{
    private readonly Dictionary<PermissionQuestion, bool> _answers = [];
    private IPlumbApi? _api;

    /// <summary>Raised when who is signed in, or what they may do, was asked for anew.</summary>
    public event Action? Changed;

    /// <summary>The API in their name.</summary>
    /// <exception cref="InvalidOperationException"><see cref="EnterAsync"/> was not awaited.</exception>
    public IPlumbApi Api => _api ?? throw new InvalidOperationException("The session is not entered: the layout enters it before it shows a page.");

    /// <summary>Who they are.</summary>
    public SessionRecord Who { get; private set; } = new();

    /// <summary>Whether <see cref="Api"/> can be used.</summary>
    public bool Entered => _api is not null;

    /// <summary>Whether they must sign in before they see anything.</summary>
    public bool MustSignIn => Who.SignIn && Who.Name.Length == 0;

    /// <summary>Finds out who looks at the page.</summary>
    public async Task EnterAsync(CancellationToken ct)
    {
        var state = await signIn.GetAuthenticationStateAsync();
        var api = apis.For(state.User);
        try
        {
            Who = await handover.LoadAsync("session", () => api.GetSessionAsync(ct));
        }
        catch (PlumbApiException e) when (e.Status == HttpStatusCode.Unauthorized)
        {
            Who = new SessionRecord { SignIn = true };
        }

        _api = api;
        Changed?.Invoke();
    }

    /// <summary>Whether they may do each of these; each question is asked once.</summary>
    public async Task AskAsync(IReadOnlyList<PermissionQuestion> questions, CancellationToken ct)
    {
        PermissionQuestion[] open = [.. questions.Where(question => !_answers.ContainsKey(question)).Distinct()];
        if (open.Length == 0)
        {
            return;
        }

        var answers = await Api.CanAsync(open, ct);
        for (var i = 0; i < open.Length; i++)
        {
            _answers[open[i]] = answers[i];
        }
    }

    /// <summary>The answer to a question that was asked; false before.</summary>
    public bool May(PermissionQuestion question) => _answers.GetValueOrDefault(question);
}

using System.CommandLine;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.Helm;

/// <summary><c>plumb helm</c>: what Helm's command does, without it.</summary>
internal static class HelmCommand
{
    public static Command Create(Terminal terminal) =>
        new("helm", "Work with Helm charts, as Helm 4.1 does") { TemplateCommand.Create(terminal.Out, terminal.Error, new TemplateHost()) };
}

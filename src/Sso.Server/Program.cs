using Sso.Server.Commands;

return await SsoCommand.InvokeAsync(args);

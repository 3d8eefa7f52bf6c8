// The single-page relying party itself. The settings come from the server of the page; the test calls window.party.
(async () => {
  const { UserManager, WebStorageStateStore } = window.oidc;
  const settings = await (await fetch('/settings.json')).json();
  const here = window.location.origin;

  const manager = (scope) =>
    new UserManager({
      authority: settings.issuer,
      client_id: settings.clientId,
      redirect_uri: `${here}/signed-in`,
      silent_redirect_uri: `${here}/silent`,
      post_logout_redirect_uri: `${here}/signed-out`,
      response_type: 'code',
      scope,
      loadUserInfo: true,
      automaticSilentRenew: false,
      silentRequestTimeoutInSeconds: settings.patience / 1000,
      userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    });
  const summary = (user) => ({
    profile: user.profile,
    accessToken: user.access_token,
    hasRefreshToken: Boolean(user.refresh_token),
    scopes: user.scopes,
  });

  window.party = {
    signIn: (scope) => manager(scope).signinRedirect(),
    user: async (scope) => summary(await manager(scope).getUser()),
    renew: async (scope) => summary(await manager(scope).signinSilent()),
    userInfo: async (scope) => {
      const { userinfo_endpoint: endpoint } = await manager(scope).metadataService.getMetadata();
      const { access_token: token } = await manager(scope).getUser();
      const response = await fetch(endpoint, { headers: { authorization: `Bearer ${token}` } });
      return { status: response.status, claims: await response.json() };
    },
    signOut: (scope) => manager(scope).signoutRedirect({ state: 'kept' }),
  };

  const finish = {
    '/signed-in': async () => {
      await manager('openid').signinCallback();
      return 'signed in';
    },
    '/silent': async () => {
      await manager('openid').signinSilentCallback();
      return 'renewed';
    },
    '/signed-out': async () => {
      const { userState } = await manager('openid').signoutCallback();
      return userState === 'kept' ? 'signed out' : 'signed out, state lost';
    },
  }[window.location.pathname];
  const state = document.getElementById('state');
  try {
    state.textContent = finish === undefined ? 'ready' : await finish();
  } catch (error) {
    state.textContent = `failed: ${error.message}`;
  }
})();

/** The account plane as calls. Every refusal is a Solo2Error with a code of spec/13; no answer at all is `server_away`. */
import type * as account from '@solo2/proto/account'

type Call<Request, Response> = (request: Request, options?: CallOptions) => Promise<Response>

/** What goes with each call. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** 32 bytes; sent in the Authorization header of the methods that need a session. */
  readonly token?: Uint8Array
  /** The second in which the server answered or refused, by its clock, in Unix milliseconds. A hint, to be shown (05-94). */
  readonly onServerTime?: (at: number) => void
}

/**
 * The methods of spec/05 section 6, one call each. All reject with a code of spec/13; `server_away` where there was no
 * answer.
 */
export interface AccountApi {
  readonly prelogin: Call<account.PreloginRequest, account.PreloginResponse>
  readonly register: Call<account.RegisterRequest, account.RegisterResponse>
  readonly login: Call<account.LoginRequest, account.LoginResponse>
  readonly logout: Call<account.LogoutRequest, account.LogoutResponse>
  readonly getAccount: Call<account.GetAccountRequest, account.GetAccountResponse>
  readonly publishBundle: Call<account.PublishBundleRequest, account.PublishBundleResponse>
  readonly lookUp: Call<account.LookUpRequest, account.LookUpResponse>
  readonly requestPairing: Call<account.RequestPairingRequest, account.RequestPairingResponse>
  readonly listPairings: Call<account.ListPairingsRequest, account.ListPairingsResponse>
  readonly answerPairing: Call<account.AnswerPairingRequest, account.AnswerPairingResponse>
  readonly drawTickets: Call<account.DrawTicketsRequest, account.DrawTicketsResponse>
  readonly getIceServers: Call<account.GetIceServersRequest, account.GetIceServersResponse>
  readonly pauseAccount: Call<account.PauseAccountRequest, account.PauseAccountResponse>
  readonly resumeAccount: Call<account.ResumeAccountRequest, account.ResumeAccountResponse>
  readonly setMaximumSecurity: Call<account.SetMaximumSecurityRequest, account.SetMaximumSecurityResponse>
  readonly seeBalance: Call<account.SeeBalanceRequest, account.SeeBalanceResponse>
  readonly startCheckout: Call<account.StartCheckoutRequest, account.StartCheckoutResponse>
  readonly sendFeedback: Call<account.SendFeedbackRequest, account.SendFeedbackResponse>
  readonly getPushKey: Call<account.GetPushKeyRequest, account.GetPushKeyResponse>
  readonly enableNotifications: Call<account.EnableNotificationsRequest, account.EnableNotificationsResponse>
  readonly disableNotifications: Call<account.DisableNotificationsRequest, account.DisableNotificationsResponse>
  readonly setWakeToken: Call<account.SetWakeTokenRequest, account.SetWakeTokenResponse>
  readonly recover: Call<account.RecoverRequest, account.RecoverResponse>
  readonly setDisplayName: Call<account.SetDisplayNameRequest, account.SetDisplayNameResponse>
  readonly newPairingCode: Call<account.NewPairingCodeRequest, account.NewPairingCodeResponse>
  readonly listSessions: Call<account.ListSessionsRequest, account.ListSessionsResponse>
  readonly endSessions: Call<account.EndSessionsRequest, account.EndSessionsResponse>
  readonly changePassword: Call<account.ChangePasswordRequest, account.ChangePasswordResponse>
  readonly newWords: Call<account.NewWordsRequest, account.NewWordsResponse>
  readonly deleteAccount: Call<account.DeleteAccountRequest, account.DeleteAccountResponse>
}

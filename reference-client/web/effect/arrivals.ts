/** Tells beside the page that somebody is here: without a name, since others may see the screen [C3]. */
import { t } from '../i18n/catalogue.js'

export const arrivalHandlers = {
  async tell_arrival(): Promise<void> {
    const registration = await navigator.serviceWorker.getRegistration('/')
    await registration?.showNotification('Solo2', { body: t.arrivals.somebody, tag: 'solo2', icon: '/icon.svg' })
  },
}

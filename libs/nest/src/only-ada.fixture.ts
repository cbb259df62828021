import {
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';

/** A guard of an app, which only lets Ada in. */
@Injectable()
export class OnlyAda implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    if (headers['x-user'] !== 'ada') throw new UnauthorizedException();
    return true;
  }
}
